// What of a source is a parameter: names and values as `app get --show-params` lists them.

import type { Source } from '../../domain/application.js';
import { isRecord } from '../merge/record.js';
import { imageName } from './edit-source.js';

export interface Parameter {
  readonly name: string;
  readonly value: string;
}

export function parametersOf({ helm, kustomize, directory }: Source): readonly Parameter[] {
  const jsonnet = isRecord(directory?.jsonnet) ? directory.jsonnet : {};
  return [
    ...named(helm?.['parameters'], 'value'),
    ...named(helm?.['fileParameters'], 'path'),
    ...list(kustomize?.['images']).map((image) => ({ name: imageName(String(image)), value: String(image) })),
    ...named(kustomize?.['replicas'], 'count'),
    ...named(jsonnet['tlas'], 'value'),
    ...named(jsonnet['extVars'], 'value'),
  ];
}

function named(items: unknown, field: string): Parameter[] {
  return list(items)
    .filter(isRecord)
    .map((item) => ({ name: String(item['name'] ?? ''), value: String(item[field] ?? '') }));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
