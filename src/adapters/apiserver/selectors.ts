// Label and field selectors of requests, read once and asked for every object.
import type { Manifest } from '../../domain/resource.js';
import { badRequest } from './api-error.js';

export type Selection = (object: Manifest) => boolean;

/** 'a=b,c!=d,e in (f,g),!h,i notin (j)'. An empty text selects everything. */
export function labelSelection(text: string | undefined): Selection {
  const terms = splitTerms(text ?? '').map(labelTerm);
  return (object) => terms.every((term) => term(object.metadata.labels ?? {}));
}

function splitTerms(text: string): string[] {
  return text
    .split(/,(?![^()]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '');
}

type Labels = Readonly<Record<string, string>>;

function labelTerm(term: string): (labels: Labels) => boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    const within = (labels: Labels) => labels[key] !== undefined && values.includes(labels[key]);
    return operator === 'in' ? within : (labels) => !within(labels);
  }
  const equal = /^([^=!\s]+)\s*(!=|==|=)\s*(\S*)$/.exec(term);
  if (equal) {
    const [, key = '', operator, value] = equal;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const absent = /^!\s*(\S+)$/.exec(term);
  if (absent) return (labels) => labels[absent[1] ?? ''] === undefined;
  if (/^[^\s()=!,]+$/.test(term)) return (labels) => labels[term] !== undefined;
  throw badRequest(`unable to parse requirement: found '${term}', expected a label selector`);
}

/** Fields by which objects of a kind may be selected, beside their name and namespace. */
const FIELDS: Readonly<Record<string, RegExp>> = {
  '/Pod': /^(spec\.(nodeName|restartPolicy|schedulerName|serviceAccountName|hostNetwork)|status\.(phase|podIP|nominatedNodeName))$/,
  '/Event': /^(involvedObject\.\w+|reason|reportingComponent|source|type)$/,
  'events.k8s.io/Event': /^(regarding\.\w+|reason|reportingController|type)$/,
  '/Secret': /^type$/,
  '/Service': /^spec\.(clusterIP|type)$/,
  '/Namespace': /^status\.phase$/,
  '/Node': /^spec\.unschedulable$/,
  '/ReplicationController': /^status\.replicas$/,
  'apps/ReplicaSet': /^status\.replicas$/,
  'batch/Job': /^status\.successful$/,
};

/** 'metadata.name=x,status.phase!=Running'; fields are looked up in the object, absent ones count as ''. */
export function fieldSelection(text: string | undefined, api: { group: string; kind: string }): Selection {
  const terms = splitTerms(text ?? '').map((term) => {
    const match = /^([^=!]+)(!=|==|=)(.*)$/.exec(term);
    if (!match) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
    const label = (match[1] ?? '').trim();
    if (!/^metadata\.(name|namespace)$/.test(label) && !FIELDS[`${api.group}/${api.kind}`]?.test(label)) {
      throw badRequest(`field label not supported: ${label}`);
    }
    const path = label.split('.');
    const negated = match[2] === '!=';
    const value = (match[3] ?? '').trim();
    return (object: Manifest) => (fieldAt(object, path) === value) !== negated;
  });
  return (object) => terms.every((term) => term(object));
}

function fieldAt(object: unknown, path: readonly string[]): string {
  let value = object;
  for (const part of path) value = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[part] : undefined;
  return value === undefined || value === null ? '' : String(value);
}
