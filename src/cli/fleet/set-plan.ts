// `argosy appset plan` and `argosy appset why`: what a set would do, and where each application comes from.
import { unified } from '../../core/diff/unified.js';
import { inertLine, inertText } from '../../core/inert.js';
import { toYaml } from '../../core/manifest/yaml.js';
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import type { Lineage, SetPreview } from '../../domain/sets.js';
import { paintDiffLine } from '../output/colour.js';
import type { Session } from '../session.js';
import { previewOfArgument } from './set-file.js';

const MOST_UNCHANGED = 20;
const MOST_PARAMETERS = 12;

/** Exit 0 without a change, 1 with one, as `app diff`. */
export async function applicationSetPlan(session: Session): Promise<number> {
  const preview = await previewOfArgument(session);
  const changes = preview.added.length + preview.changed.length + preview.removed.length;
  if (!session.printed(preview)) session.io.out(planText(preview, session.io.colour));
  if (!preview.complete) return 2;
  return changes > 0 ? 1 : 0;
}

function planText(preview: SetPreview, colour: boolean): string {
  if (!preview.complete)
    return `${preview.set} cannot be expanded; its applications stay as they are\n${preview.problems.map((text) => `  ${inertLine(text)}\n`).join('')}${stale(preview)}`;
  const { added, changed, removed, unchanged, invalid, dropped, approval } = preview;
  return [
    section(
      'Added',
      added.map((name) => `  + ${name}\n${lineageText(preview, name)}`),
    ),
    section(
      'Changed',
      changed.map((change) => `  ~ ${change.name}\n${lineageText(preview, change.name)}${diffText(change, colour)}`),
    ),
    section(`Removed (policy ${preview.policy})`, removed.map(removedText)),
    section(
      'Not written',
      invalid.map(({ name, message }) => `  ! ${name}: ${inertLine(message)}\n`),
    ),
    section(
      'Left out',
      dropped.slice(0, MOST_UNCHANGED).map(({ origin, by }) => `    ${inertLine(origin)}: ${inertLine(by)}\n`),
      dropped.length,
    ),
    section(
      'Unchanged',
      unchanged.slice(0, MOST_UNCHANGED).map((name) => `    ${name}\n`),
      unchanged.length,
    ),
    `${added.length} added, ${changed.length} changed, ${removed.length} removed, ${unchanged.length} unchanged, ${invalid.length} not written\n`,
    approval ? `waits for an approval: ${inertLine(approval.reason)}\n  argosy approve ${approval.hash.slice(0, 12)}\n` : '',
    stale(preview),
  ].join('');
}

function section(title: string, lines: readonly string[], count = lines.length): string {
  if (count === 0) return '';
  const more = count > lines.length ? `    and ${count - lines.length} more\n` : '';
  return `${title}:\n${lines.join('')}${more}\n`;
}

function removedText({ name, cascades, resources }: SetPreview['removed'][number]): string {
  const what = cascades ? `with ${resources === 1 ? 'its 1 resource' : `its ${resources} resources`}` : 'its resources stay';
  return `  - ${name} (${what})\n`;
}

function stale({ staleSinceMs }: SetPreview): string {
  return staleSinceMs === undefined
    ? ''
    : `its applications are those of ${new Date(staleSinceMs).toISOString()}: it could not be expanded since\n`;
}

function diffText({ before, after }: SetPreview['changed'][number], colour: boolean): string {
  const lines = unified(toYaml(essential(before)), toYaml(essential(after)), { from: 'live', to: 'generated' });
  return lines.map((line) => `      ${colour ? paintDiffLine(inertText(line)) : inertText(line)}\n`).join('');
}

function essential({ metadata, spec }: Manifest): unknown {
  const { labels, annotations, finalizers } = metadata;
  return {
    metadata: { ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}), ...(finalizers ? { finalizers } : {}) },
    spec,
  };
}

function lineageText(preview: SetPreview, name: string): string {
  return lineagesOf(preview, name)
    .map(({ generator, origin }) => `      generator ${generator + 1}: ${inertLine(origin)}\n`)
    .join('');
}

function lineagesOf(preview: SetPreview, name: string): Lineage[] {
  return preview.applications.flatMap(({ metadata }, i) => (metadata.name === name ? [preview.lineages[i] as Lineage] : []));
}

/** Exit 0 where the application comes from the set, 1 where it does not. */
export async function applicationSetWhy(session: Session): Promise<number> {
  const { io, invocation } = session;
  const app = invocation.text('app');
  if (app === undefined) throw new UserError('say which application: --app NAME');
  const name = app.split('/').at(-1) as string;
  const preview = await previewOfArgument(session);
  const lineages = lineagesOf(preview, name);
  const near = preview.dropped.filter(({ params }) =>
    Object.values(params).some((value) => typeof value === 'string' && value !== '' && name.includes(value)),
  );
  if (session.printed({ app: name, lineages, dropped: near, problems: preview.problems })) return lineages.length > 0 ? 0 : 1;
  if (!preview.complete) io.out(`${preview.set} cannot be expanded: ${preview.problems.map(inertLine).join('; ')}\n`);
  else if (lineages.length > 0) io.out(`${name} comes from ${preview.set}\n${lineages.map(whyText).join('')}${fate(preview, name)}`);
  else {
    io.out(`${preview.set} gives no application ${name}\n${fate(preview, name)}`);
    for (const { origin, by } of near) io.out(`  ${inertLine(origin)} was left out by ${inertLine(by)}\n`);
  }
  return lineages.length > 0 ? 0 : 1;
}

function whyText({ generator, origin, params }: Lineage): string {
  const entries = Object.entries(params);
  const lines = entries
    .slice(0, MOST_PARAMETERS)
    .map(([key, value]) => `    ${inertLine(key)} = ${inertLine(typeof value === 'string' ? value : JSON.stringify(value))}\n`);
  const more = entries.length > lines.length ? `    and ${entries.length - lines.length} more (-o json shows all)\n` : '';
  return `  generator ${generator + 1}: ${inertLine(origin)}\n${lines.join('')}${more}`;
}

/** What becomes of it. */
function fate(preview: SetPreview, name: string): string {
  const invalid = preview.invalid.find((each) => each.name === name);
  if (invalid) return `  it is not written: ${inertLine(invalid.message)}\n`;
  if (preview.added.includes(name)) return '  it would be created\n';
  if (preview.changed.some((each) => each.name === name)) return '  it would be changed (`argosy appset plan` shows how)\n';
  const gone = preview.removed.find((each) => each.name === name);
  return gone ? `  it would be removed ${gone.cascades ? 'with its resources' : 'and its resources would stay'}\n` : '';
}
