// A complete list of one kind, read in pages.
import { IoError } from '../../domain/problem.js';
import type { ApiKind, Manifest } from '../../domain/resource.js';
import { isExpired } from './errors.js';
import { collectionPath } from './kinds.js';
import type { Requester } from './requester.js';

const PAGE = 1000;

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface Listed {
  readonly objects: readonly Manifest[];
  readonly resourceVersion: string;
}

/** Reads every page of one consistent list; where the server forgets the rest in between, reads all at once. */
export async function listAll(requester: Requester, api: ApiKind, options: ListOptions, signal?: AbortSignal): Promise<Listed> {
  try {
    return await pages(requester, api, { options, limit: PAGE, signal });
  } catch (error) {
    if (!(error instanceof IoError) || !isExpired(error)) throw error;
    return pages(requester, api, { options, limit: 0, signal });
  }
}

async function pages(
  requester: Requester,
  api: ApiKind,
  { options, limit, signal }: { options: ListOptions; limit: number; signal: AbortSignal | undefined },
): Promise<Listed> {
  const path = collectionPath(api, options.namespace ?? '');
  const objects: Manifest[] = [];
  let next = '';
  let resourceVersion = '';
  do {
    const query = {
      ...(options.labelSelector ? { labelSelector: options.labelSelector } : {}),
      ...(options.fieldSelector ? { fieldSelector: options.fieldSelector } : {}),
      ...(limit > 0 ? { limit: String(limit) } : {}),
      ...(next ? { continue: next } : {}),
    };
    const { body } = await requester.read({ path, query }, { doing: `list ${describeKind(api)}`, signal });
    const page = body as { metadata?: { resourceVersion?: string; continue?: string }; items?: Manifest[] | null };
    for (const item of page.items ?? []) objects.push(withKind(item, api));
    resourceVersion ||= page.metadata?.resourceVersion ?? '';
    next = page.metadata?.continue ?? '';
  } while (next !== '');
  return { objects, resourceVersion };
}

/** Items of a typed list come without apiVersion and kind. */
function withKind(item: Manifest, api: ApiKind): Manifest {
  if (item.kind && item.apiVersion) return item;
  return { ...item, apiVersion: api.group === '' ? api.version : `${api.group}/${api.version}`, kind: api.kind };
}

/** 'apps/Deployment', for messages. */
export function describeKind(api: { group: string; kind: string }): string {
  return api.group === '' ? api.kind : `${api.group}/${api.kind}`;
}
