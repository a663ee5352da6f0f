// From the files of a source to manifests: what a renderer is asked, and what it answers.
import type { AppKey, Source } from './application.js';
import type { Tree } from './ports.js';
import type { Problem } from './problem.js';
import type { Manifest } from './resource.js';

export interface ChartDependency {
  readonly name: string;
  /** A version or a constraint. */
  readonly version: string;
  readonly repository: string;
}

export interface RenderRequest {
  readonly app: AppKey;
  readonly appName: string;
  readonly source: Source;
  readonly destinationNamespace: string;
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
  /** Render anew, whatever is remembered. */
  readonly hard?: boolean;
  readonly project?: string;
  /** The application's name with its namespace in front, where that is not the control namespace. */
  readonly instance?: string;
  /** kustomize.buildOptions of argocd-cm. */
  readonly buildOptions?: string;
  /** The files of another source of the application, by its `ref`. */
  refs?(name: string): Promise<Tree | undefined>;
  /** A chart that another one depends on, from its repository. Throws IoError; absent: dependencies have to be there. */
  dependency?(dependency: ChartDependency): Promise<Tree>;
  /** A repository that a kustomization names as a base. Throws IoError; absent: bases have to be in the same repository. */
  base?(source: Source): Promise<Tree>;
  /** A file by its web address. Throws IoError; absent: files have to be in a repository. */
  file?(url: string): Promise<Uint8Array>;
  /** helm.valuesFileSchemes of argocd-cm: by which addresses value files are read; ['https', 'http'] when absent. */
  readonly valueFileSchemes?: readonly string[];
}

/** Manifests of one source, in source order, before namespaces and tracking. Problems stop the comparison of that app only. */
export interface Rendered {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
  /** 'Directory', 'Helm', 'Kustomize', 'Plugin' */
  readonly sourceType: string;
}

/** A layer of values that a chart is rendered with; later ones lie over earlier ones. */
export interface RenderedLayer {
  readonly from: string;
  readonly values: unknown;
  /** One value at this path instead of a tree. */
  readonly at?: string;
}

export interface Renderer {
  render(request: RenderRequest, tree: Tree, signal?: AbortSignal): Promise<Rendered>;
  /** The layers of values of a Helm source; undefined for other sources. Throws UserError. */
  layers?(request: RenderRequest, tree: Tree): Promise<readonly RenderedLayer[] | undefined>;
}

/** Renderings that outlive the process. To lose one costs time and changes nothing. */
export interface RenderStore {
  /** What was kept under the key; undefined where nothing was, or it is damaged. */
  read(key: string): Rendered | undefined;
  /** Never what holds a Secret, and never what has problems. */
  keep(key: string, rendered: Rendered): void;
}

/** A directory that a plugin may be for. */
export interface PluginRequest {
  readonly tree: Tree;
  readonly root: string;
  /** The plugin's name as the source says it; '' leaves it to discovery. */
  readonly wanted: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Config management plugins, run as processes of this machine. */
export interface PluginRunner {
  /** Of all that are configured. */
  readonly names: readonly string[];
  /** Which plugin is meant; undefined where none says that it is for the directory. Throws UserError for a name that is not there. */
  find(request: PluginRequest): Promise<string | undefined>;
  /** The manifests as text. Throws UserError with the step that failed. */
  generate(plugin: string, request: PluginRequest): Promise<string>;
}
