// What a rendering reads beside its own source: charts that a chart depends on, bases of a kustomization, value files by their address.
// Each comes only from where the application's project permits.
import { permitsSource } from '../core/project/permissions.js';
import { printableUrl } from '../core/repository/url.js';
import type { Application, Source } from '../domain/application.js';
import type { RenderRequest, Sources, Tree } from '../domain/ports.js';
import { IoError } from '../domain/problem.js';
import type { World } from './world.js';

/** The sources as an application of its project may read them. */
export function sourcesFor(world: World, app: Application): Sources {
  return world.options.sources.inProject(app.spec.project || 'default');
}

/** `hard`: branches are looked at again; else what was read lately is enough. */
export function elsewhere(world: World, app: Application, hard: boolean): Pick<RenderRequest, 'dependency' | 'base' | 'file'> {
  const sources = sourcesFor(world, app);
  const read = async (source: Source): Promise<Tree> =>
    sources.tree(source, await sources.resolve(source, { fresh: hard }, world.signal), world.signal);
  return {
    dependency: async ({ name, version, repository }) => {
      permit(world, app, { what: `the dependency ${name}`, url: repository });
      return read({ repoURL: repository, chart: name, targetRevision: version });
    },
    base: async (source) => {
      permit(world, app, { what: 'a base of the kustomization', url: source.repoURL });
      return read(source);
    },
    file: async (url) => {
      permit(world, app, { what: 'a file', url });
      if (!sources.file)
        throw new IoError(`reading ${printableUrl(url)} failed: files are read from repositories only`, { retry: 'never' });
      return sources.file(url, world.signal);
    },
  };
}

function permit(world: World, app: Application, { what, url }: { readonly what: string; readonly url: string }): void {
  const project = world.projectOf(app);
  if (!project || permitsSource(project.spec, url)) return;
  throw new IoError(`${what} comes from ${printableUrl(url)}, which is not permitted in project '${project.metadata.name}'`, {
    retry: 'never',
  });
}
