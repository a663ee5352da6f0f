// What the command line needs from the rest of the program and from the world. main.ts hands in the real ones, tests their own.
import type { Config } from '../config.js';
import type { Application } from '../domain/application.js';
import type { HistoryFilter } from '../domain/events.js';
import type { Clock, Engine, RenderedLayer } from '../domain/ports.js';
import type { ApiKind, Manifest } from '../domain/resource.js';
import type { TypeTable } from '../domain/schema.js';
import type { SetPreview } from '../domain/sets.js';
import type { ScriptCore } from '../domain/wasm.js';

export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Standard output is a terminal: summaries are printed, and the width counts. */
  readonly terminal: boolean;
  /** Standard input is a terminal: questions may be asked. */
  readonly interactive: boolean;
  /** Colours are wanted: a terminal, and no NO_COLOR. */
  readonly colour: boolean;
  readonly width: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** All of standard input. */
  input(): Promise<string>;
  /** Asks and reads one line; undefined at the end of input. Only where `interactive`. */
  ask(question: string): Promise<string | undefined>;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

export interface OpenEngine {
  readonly engine: Engine;
  /** It runs in another process that stays when we leave. */
  readonly attached: boolean;
  close(): Promise<void>;
}

export interface ServedSandboxes {
  readonly kubeconfig: string;
  readonly clusters: readonly { readonly name: string; readonly url: string }[];
  close(): Promise<void>;
}

/** A kubeconfig context, tried. */
export interface ContextProbe {
  readonly name: string;
  readonly server: string;
  readonly reachable: boolean;
  readonly version?: string;
  /** Why not, and what to do: "token expired; run `aws sso login`". */
  readonly message: string;
}

/** What doctor and init look at. None of these throws for a world that is wrong. */
export interface Probes {
  /** 'git version 2.39', or undefined where it cannot be run. */
  program(name: 'git' | 'kubectl'): Promise<string | undefined>;
  contexts(
    kubeconfig: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly contexts: readonly ContextProbe[]; readonly problem?: string }>;
  /** Whether the fleet source can be read: its revision, or what is wrong. */
  fleet(config: Config, signal: AbortSignal): Promise<{ readonly ok: boolean; readonly message: string }>;
  /** Opens a database in the folder and closes it again. */
  database(folder: string): Promise<{ readonly ok: boolean; readonly message: string }>;
  /** Whether the repository of this Secret can be reached with what the Secret says. */
  reach(config: Config, secret: Manifest, signal: AbortSignal): Promise<{ readonly ok: boolean; readonly message: string }>;
  /** The repository that the folder lies in: its remote address or its top folder. */
  repository(folder: string): Promise<string | undefined>;
}

export interface CliPorts {
  readonly version: string;
  readonly io: Io;
  readonly clock: Clock;
  /** Attaches to the engine that runs on this data, or opens one in this process and lets it look at everything once. */
  open(config: Config): Promise<OpenEngine>;
  /** The engine that runs on this data, undefined where none does. Opens nothing. */
  attach(config: Config): Promise<OpenEngine | undefined>;
  /** An engine of our own, not yet running: `run` runs it. Throws UserError where another one holds the data. */
  own(config: Config): Promise<OpenEngine>;
  /** The full-screen program. Resolves with the exit code when the user leaves. */
  screen(config: Config): Promise<number>;
  serveSandboxes(config: Config, names: readonly string[], kubeconfig: string): Promise<ServedSandboxes>;
  /** Manifests of the application's sources, rendered from a folder instead of from Git. Throws UserError. */
  renderLocal(config: Config, app: Application, folder: string): Promise<readonly Manifest[]>;
  /** The manifests of an Application's sources, read and rendered here. Throws UserError and IoError. */
  renderOffline(config: Config, app: Application, wanted: OfflineRender): Promise<readonly Manifest[]>;
  /** What the values of its charts are made of, read here. Throws UserError and IoError. */
  explainOffline(config: Config, app: Application, wanted: OfflineRender): Promise<readonly ExplainedSource[]>;
  /** Lua, jq and templates for as long as the work lasts. */
  withScripts<T>(work: (core: ScriptCore) => Promise<T>): Promise<T>;
  /** Types and kinds of a Kubernetes API server as they are built in. */
  builtIn(): Promise<{ readonly types: TypeTable; readonly kinds: readonly ApiKind[] }>;
  /** What an ApplicationSet gives, from files alone: repositories by the configuration's map or their address, clusters by the text of their Secrets. Throws UserError. */
  previewLocal(config: Config, input: LocalSet): Promise<SetPreview>;
  /** A cluster Secret for a kubeconfig context, as `cluster add` writes it. Throws UserError, with the nearest context. */
  clusterSecret(config: Config, wanted: WantedCluster): Promise<Manifest>;
  /** The recorded operations as text in pieces, newest first; read beside a running engine. */
  exportHistory(config: Config, format: 'json' | 'ndjson' | 'csv', filter: HistoryFilter): AsyncIterable<string>;
  /** The same as tables of a new SQLite file. */
  exportSqlite(config: Config, file: string, filter: HistoryFilter): Promise<void>;
  readonly probes: Probes;
}

export interface OfflineRender {
  /** With namespaces and marks, as they would be applied. */
  readonly prepared: boolean;
  /** '' and [] leave both to the renderer. */
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
  /** kustomize.buildOptions. */
  readonly buildOptions: string;
}

export interface ExplainedSource {
  /** Its number, from 1. */
  readonly source: number;
  readonly layers: readonly RenderedLayer[];
}

export interface LocalSet {
  readonly set: Manifest;
  /** Cluster Secrets; absent: nothing is known of clusters but in-cluster. */
  readonly clusters?: readonly Manifest[];
}

export interface WantedCluster {
  readonly context: string;
  readonly name: string;
  readonly project: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
