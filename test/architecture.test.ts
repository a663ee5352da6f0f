// The layers, executed. When this test is in the way, think about the place of the code first and about the rule second.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { functionsOf, ROOT, type SourceFile, sourceFiles } from './support/code.js';

const files = sourceFiles();

/** Who may import whom. A file belongs to the first layer whose prefix it has. */
const LAYERS: readonly { readonly prefix: string; readonly may: readonly string[] | 'everything' }[] = [
  { prefix: 'src/domain/', may: ['src/domain/'] },
  { prefix: 'src/core/', may: ['src/domain/', 'src/core/'] },
  { prefix: 'src/commands/', may: ['src/domain/', 'src/commands/'] },
  { prefix: 'src/engine/', may: ['src/domain/', 'src/core/', 'src/engine/'] },
  { prefix: 'src/cli/', may: ['src/domain/', 'src/core/', 'src/commands/', 'src/config.ts', 'src/config/', 'src/cli/'] },
  { prefix: 'src/adapters/', may: ['src/domain/', 'src/core/', 'src/adapters/'] },
  { prefix: 'store/', may: ['src/domain/', 'store/'] },
  { prefix: 'views/', may: ['src/domain/', 'src/core/', 'src/commands/', 'views/'] },
  { prefix: 'src/', may: 'everything' },
];

/** Where a package, or the node: modules, may be used. */
const PACKAGES: readonly { readonly name: RegExp; readonly only: RegExp }[] = [
  { name: /^blessed(-contrib)?(\/|$)/, only: /^views\/(terminal[^/]*\.ts|terminal\/|charts\/)/ },
  { name: /^better-sqlite3$/, only: /^store\/database\.ts$/ },
  { name: /^@kubernetes\/client-node/, only: /^src\/adapters\/kube\// },
  {
    name: /^node:/,
    only: /^(src\/(adapters|cli|server|demo|config|compose)\/|src\/[^/]+\.ts$|src\/engine\/remote[^/]*\.ts$|store\/|views\/terminal)/,
  },
];

function layerOf(path: string) {
  return LAYERS.find(({ prefix }) => path.startsWith(prefix));
}

describe('layers', () => {
  it('lets no file import from a layer that it may not know', () => {
    const wrong = files.flatMap((file) => {
      const may = layerOf(file.path)?.may;
      if (may === undefined || may === 'everything') return [];
      return file.imports
        .filter(({ relative, target }) => relative && !may.some((prefix) => target.startsWith(prefix)))
        .map(({ target }) => `${file.path} -> ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('keeps adapters apart: one does not import another', () => {
    const owner = (path: string) => path.split('/')[2] ?? '';
    const wrong = files
      .filter(({ path }) => path.startsWith('src/adapters/') && path.split('/').length > 3)
      .flatMap((file) =>
        file.imports
          .filter(({ relative, target }) => relative && target.startsWith('src/adapters/') && owner(target) !== owner(file.path))
          .map(({ target }) => `${file.path} -> ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it('uses packages only where they belong', () => {
    const wrong = files.flatMap((file) =>
      PACKAGES.flatMap(({ name, only }) =>
        file.imports
          .filter(({ relative, target }) => !relative && name.test(target) && !only.test(file.path))
          .map(({ target }) => `${file.path} -> ${target}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('imports only what exists', () => {
    const known = new Set(files.map(({ path }) => path));
    const wrong = files.flatMap((file) =>
      file.imports
        .filter(({ relative, target }) => relative && target.endsWith('.ts') && !known.has(target))
        .map(({ target }) => `${file.path} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has no cycles of run-time imports', () => {
    expect(cycles(files)).toEqual([]);
  });
});

describe('purity', () => {
  it('gives core no clock, no await, no I/O', () => {
    const forbidden = /\bawait\b|\basync\b|Date\.now\(|new Date\(\)|Math\.random\(|\bprocess\.|\bsetTimeout\(|\bfetch\(/;
    const wrong = files
      .filter(({ path }) => path.startsWith('src/core/') || path.startsWith('src/domain/') || path.startsWith('src/commands/'))
      .flatMap((file) =>
        file.lines.flatMap((line, i) => (forbidden.test(withoutText(line)) ? [`${file.path}:${i + 1}: ${line.trim()}`] : [])),
      );
    expect(wrong).toEqual([]);
  });
});

describe('form', () => {
  it('keeps files to one idea: at most 250 lines', () => {
    expect(files.filter(({ lines }) => lines.length > 250).map(({ path, lines }) => `${path}: ${lines.length}`)).toEqual([]);
  });

  it('keeps functions to half a screen: at most 70 lines', () => {
    expect(
      files
        .flatMap(functionsOf)
        .filter(({ length }) => length > 70)
        .map(({ path, line, name, length }) => `${path}:${line} ${name}: ${length}`),
    ).toEqual([]);
  });

  it('has no default exports, no barrels and no nameless files', () => {
    const wrong = files.filter(
      ({ path, lines }) =>
        /\/(index|utils?|helpers?|misc|common)\.ts$/.test(path) || lines.some((line) => line.startsWith('export default')),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('keeps the top level to what is named in the code map', () => {
    const visible = readdirSync(ROOT).filter((name) => !name.startsWith('.') && !['node_modules', 'dist'].includes(name));
    expect(visible.sort()).toEqual(['README.md', 'package-lock.json', 'package.json', 'src', 'store', 'test', 'tsconfig.json', 'views']);
  });
});

/** Strings and comments do not count as code. */
function withoutText(line: string): string {
  return line.replace(/'(?:[^'\\]|\\.)*'|`[^`]*`|"(?:[^"\\]|\\.)*"/g, "''").replace(/\/\/.*$|^\s*\*.*$|\/\*.*?\*\//g, '');
}

function cycles(all: readonly SourceFile[]): string[] {
  const edges = new Map(
    all.map((file) => [file.path, file.imports.filter(({ relative, typeOnly }) => relative && !typeOnly).map(({ target }) => target)]),
  );
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      found.push([...trail.slice(at), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const { path } of all) visit(path, []);
  return found;
}
