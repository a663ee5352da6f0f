// What Git servers say by webhooks: those who are concerned look at their sources again, as after `argosy notify-commit`, and nobody else.
import { SECRET_TYPE_LABEL, secretTexts } from '../core/repository/credentials.js';
import { webhookSettings } from '../core/webhook/settings.js';
import { touchesApplication, touchesSet } from '../core/webhook/touched.js';
import type { Manifest } from '../domain/resource.js';
import type { WebhookEvent } from '../domain/webhook.js';
import type { World } from './world.js';

const SECRET = 'argocd-secret';
const PART_OF = 'app.kubernetes.io/part-of';

/** Marks what an event concerns. */
export function takeWebhook(world: World, event: WebhookEvent): void {
  if (event.kind === 'ping') return;
  world.sets?.again(touchesSet(event));
  if (event.kind !== 'push') return;
  const touches = touchesApplication(event);
  for (const state of world.apps.values()) {
    if (!touches(state.app)) continue;
    state.refresh = { hard: state.refresh?.hard === true, askedAtMs: world.now(), announced: true };
    world.queue.add(state.key);
  }
}

/** Whether a change of this object may change how webhooks are checked. */
export function concernsWebhooks({ kind, metadata }: Manifest): boolean {
  if (kind === 'ConfigMap') return metadata.name === 'argocd-cm';
  return kind === 'Secret' && (metadata.name === SECRET || isOfArgoCd(metadata.labels));
}

/** Tells the listener what to check by. */
export function tellWebhookSettings(world: World): void {
  const { onWebhookSettings, controlNamespace } = world.options;
  if (!onWebhookSettings) return;
  const named = (kind: string, name: string) =>
    world.hub.index.ofKind('', kind).find(({ metadata }) => metadata.name === name && metadata.namespace === controlNamespace);
  const secret = named('Secret', SECRET);
  onWebhookSettings(
    webhookSettings({
      secret: secret ? secretTexts(secret) : new Map(),
      config: (named('ConfigMap', 'argocd-cm')?.['data'] ?? {}) as Record<string, unknown>,
      other: (name, key) => {
        const found = named('Secret', name);
        return found && isOfArgoCd(found.metadata.labels) ? secretTexts(found).get(key) : undefined;
      },
    }),
  );
}

/** Cluster and repository Secrets carry the label too, and are many. */
function isOfArgoCd(labels: Readonly<Record<string, string>> | undefined): boolean {
  return labels?.[PART_OF] === 'argocd' && labels[SECRET_TYPE_LABEL] === undefined;
}
