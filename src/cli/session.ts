// What a command works with: its invocation, the configuration, and an engine that is opened when it is first needed.
import { userInfo } from 'node:os';
import { type Config, loadConfig } from '../config.js';
import { findApp } from '../core/fleet/find-app.js';
import { labelSelector } from '../core/fleet/label-selector.js';
import type { AppRow } from '../domain/fleet.js';
import type { Engine } from '../domain/ports.js';
import { UserError } from '../domain/problem.js';
import type { Invocation } from './invocation.js';
import { isSerial, serial } from './output/serial.js';
import type { CliPorts, Io, OpenEngine } from './ports.js';
import { isNamed, worldOf } from './world.js';

export type Handler = (session: Session) => Promise<number>;

export class Session {
  readonly invocation: Invocation;
  readonly ports: CliPorts;
  readonly io: Io;
  #config: Config | undefined;
  #world: Promise<Config> | undefined;
  #open: Promise<OpenEngine> | undefined;

  constructor(invocation: Invocation, ports: CliPorts) {
    this.invocation = invocation;
    this.ports = ports;
    this.io = ports.io;
  }

  get config(): Config {
    this.#config ??= loadConfig(this.invocation.globals, this.io);
    return this.#config;
  }

  /** The configuration for whatever needs state or an engine: see world.ts. */
  world(): Promise<Config> {
    this.#world ??= worldOf(this.config, this.ports);
    return this.#world;
  }

  /** Who asks: the user's name, as history records it. */
  get actor(): string {
    return this.io.env['ARGOSY_ACTOR'] || this.io.env['USER'] || this.io.env['LOGNAME'] || loginName();
  }

  async engine(): Promise<Engine> {
    this.#open ??= this.#openWorld();
    return (await this.#open).engine;
  }

  async #openWorld(): Promise<OpenEngine> {
    const world = await this.world();
    const open = await this.ports.open(world);
    if (!open.attached && !isNamed(world))
      this.io.err(
        `argosy: no argosy.yaml, no --fleet, and no engine is running: this is the hub in ${world.data} (\`argosy init\` writes argosy.yaml)\n`,
      );
    return open;
  }

  /** The engine that runs in another process and stays when we leave; undefined where none does. */
  async running(): Promise<Engine | undefined> {
    const open = await this.ports.attach(await this.world());
    if (open) this.#open ??= Promise.resolve(open);
    return open?.engine;
  }

  async close(): Promise<void> {
    const open = await this.#open?.catch(() => undefined);
    await open?.close();
  }

  /** Prints the value where -o json or -o yaml was asked for; says whether it did. */
  printed(value: unknown): boolean {
    const form = this.invocation.output();
    if (!isSerial(form)) return false;
    this.io.out(serial(form, value, this.io.terminal));
    return true;
  }

  /** All applications, by name. */
  async rows(): Promise<readonly AppRow[]> {
    const engine = await this.engine();
    const { apps } = await engine.inspect({ kind: 'rows' }, this.io.signal);
    return [...apps].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** The application of the nth argument. */
  async app(index = 0): Promise<AppRow> {
    return findApp(await this.rows(), this.invocation.arg(index), this.invocation.text('app-namespace'));
  }

  /** The applications of the arguments, or of --selector and --project. Throws UserError where neither says which. */
  async apps(): Promise<readonly AppRow[]> {
    const { invocation } = this;
    const rows = await this.rows();
    const namespace = invocation.text('app-namespace');
    if (invocation.args.length > 0) return invocation.args.map((name) => findApp(rows, name, namespace));
    const [selector, projects] = [invocation.text('selector'), invocation.list('project')];
    if (selector === undefined && projects.length === 0) throw new UserError('name an application, or choose some by --selector');
    const selects = labelSelector(selector ?? '');
    const chosen = rows.filter(
      (row) =>
        selects(row.labels) &&
        (projects.length === 0 || projects.includes(row.project)) &&
        (namespace === undefined || row.namespace === namespace),
    );
    if (chosen.length === 0) throw new UserError('no application matches; `argosy app list` shows them with -l and -p as well');
    return chosen;
  }

  /** A yes or no on the terminal. Without one, --yes has to say it. */
  async confirm(question: string): Promise<boolean> {
    if (this.invocation.on('yes')) return true;
    if (!this.io.interactive) throw new UserError(`${question.replace(/\?$/, '')}: there is no terminal to ask on; say --yes`);
    const answer = await this.io.ask(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer?.trim() ?? '');
  }
}

/** The name behind the user id; a container's user may have none. */
function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}
