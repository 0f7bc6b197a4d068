/** The real daemon as a child process, as its owner, its panels and its killers see it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collected, mainFile, type Site } from '../e2e/site.js';
import { Panel } from './panel.js';

const startPatienceMs = 30_000;

export interface LogLine {
  readonly level: string;
  readonly code: string;
  readonly [field: string]: unknown;
}

export interface StartOptions {
  /** A command that runs the daemon, such as `unshare -n`. */
  readonly prefix?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it starts; paths in the configuration do not depend on it. */
  readonly folder?: string;
}

/** A running `menshen serve`. */
export class Daemon {
  readonly site: Site;
  readonly #child: ChildProcess;
  readonly #outputs: readonly { readonly text: string }[];
  url = '';

  private constructor(site: Site, child: ChildProcess) {
    this.site = site;
    this.#child = child;
    this.#outputs = [collected(child.stderr), collected(child.stdout)];
  }

  /** @throws with the log when it does not come up. */
  static async start(site: Site, options: StartOptions = {}): Promise<Daemon> {
    const daemon = Daemon.launch(site, options);
    const listening = await daemon.logged('service.listening');
    daemon.url = String(listening.url);
    return daemon;
  }

  /** Without waiting for anything: for daemons that must refuse to start. */
  static launch(site: Site, { prefix = [], environment = {}, folder }: StartOptions = {}): Daemon {
    const [program = '', ...words] = [...prefix, process.execPath, mainFile, '-c', site.configPath, 'serve'];
    const child = spawn(program, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
      ...(folder === undefined ? {} : { cwd: folder }),
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return new Daemon(site, child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Everything it said, on either stream. */
  get log(): string {
    return this.#outputs.map(({ text }) => text).join('');
  }

  /** What the device's owner can call, over the socket. */
  get owner(): Panel {
    return new Panel({ socketPath: join(this.site.config.store.folder, 'control.sock') });
  }

  panel(key?: string): Panel {
    return new Panel({ url: this.url, ...(key === undefined ? {} : { key }) });
  }

  lines(): LogLine[] {
    return this.log
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as LogLine);
  }

  /** The first log line with this code, waited for. */
  async logged(code: string): Promise<LogLine> {
    return until(`the log line ${code}`, () => {
      const found = this.lines().find((line) => line.code === code);
      if (found === undefined && this.ended()) throw new Error(`the daemon ended: ${this.log}`);
      return found;
    });
  }

  ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async exit(): Promise<number> {
    if (!this.ended()) await once(this.#child, 'exit');
    return this.#child.exitCode ?? -1;
  }

  /** Ends it politely (or not) and waits until it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
    this.#child.kill(signal);
    return this.exit();
  }

  /** The same where a prefix command stands between us and the daemon. */
  async stopInside(): Promise<number> {
    const inside = childrenOf(this.pid).find((pid) => commandOf(pid).startsWith(`${process.execPath} ${mainFile}`));
    if (inside !== undefined) process.kill(inside, 'SIGTERM');
    return inside === undefined ? this.stop() : this.exit();
  }

  /** The process that sees: a child of the daemon that runs Node. */
  recognitionPid(): number | undefined {
    return childrenOf(this.pid).find((pid) => commandOf(pid).includes('vision/child.js'));
  }

  /** Face mode works and the camera gives pictures. */
  async seeing(): Promise<void> {
    await until('face mode', async () => {
      const { body } = await this.owner.get<Health>('/v1/health');
      const cameras = body.cameras.every(({ state }) => state === 'live');
      return body.methods.face.works && cameras && body.cameras.length > 0 ? body : undefined;
    });
  }
}

export interface Health {
  readonly status: string;
  readonly methods: {
    readonly face: { works: boolean; reason?: string; detail?: string };
    readonly pin: { works: boolean };
  };
  readonly cameras: readonly { cameraId: string; state: string; problem?: string; positionMs?: number }[];
  readonly clock: { readonly trusted: boolean; readonly problem?: string };
}

/** Asks again and again until there is an answer. @throws after half a minute, naming `what`. */
export async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const givenUpAtMs = performance.now() + startPatienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > givenUpAtMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** All descendants. */
export function childrenOf(pid: number): number[] {
  const children = filesOrNothing(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...childrenOf(child)]);
}

export const commandOf = (pid: number): string => filesOrNothing(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function filesOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process ended meanwhile, and so did its entry.
    return '';
  }
}
