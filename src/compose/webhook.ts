// The webhook listener beside a running engine.
import { listenForWebhooks, type WebhookListener } from '../adapters/webhook/listener.js';
import type { Config } from '../config.js';
import { webhookSettings } from '../core/webhook/settings.js';
import type { Clock, Engine } from '../domain/ports.js';
import type { WebhookSettings } from '../domain/webhook.js';

export interface Webhooks {
  /** For the engine: it tells what to check by. */
  take(settings: WebhookSettings): void;
  /** Undefined where the configuration names no address. */
  listen(config: Config, engine: Engine, clock: Clock): Promise<WebhookListener | undefined>;
}

export function webhooks(): Webhooks {
  let settings = webhookSettings({ secret: new Map(), config: {}, other: () => undefined });
  return {
    take: (told) => {
      settings = told;
    },
    async listen({ webhook }, engine, clock) {
      if (!webhook) return undefined;
      return listenForWebhooks({
        ...webhook,
        now: () => clock.now(),
        settings: async () => {
          await engine.inspect({ kind: 'engine' }); // answers once the control objects are read
          return settings;
        },
        take: async (event) => void (await engine.request({ kind: 'webhook', event })),
        say: (notice) => void engine.request({ kind: 'webhook', notice }).catch(() => undefined),
      });
    },
  };
}
