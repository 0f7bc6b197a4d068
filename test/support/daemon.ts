/** The real daemon and command line as child processes, with a site of their own in a temporary folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, parseConfig } from '#menshen/config/index.js';
import { projectFolder, temporaryFolder } from './files.js';
import { Panel } from './panel.js';

const mainFile = join(projectFolder, 'dist', 'main.js');
const startPatienceMs = 30_000;

type Camera = Config['cameras'][number];

/** A folder with a configuration; JSON is YAML. */
export class Site {
  readonly folder = temporaryFolder();
  readonly configPath = join(this.folder, 'menshen.yaml');
  config: Config;

  constructor(changes: Partial<Config> = {}) {
    this.config = { ...parseConfig(siteText, this.folder), ...changes };
    this.write();
  }

  /** Writes the configuration, with a change if one is given. */
  write(changes: Partial<Config> = {}): void {
    this.config = { ...this.config, ...changes };
    writeFileSync(this.configPath, JSON.stringify(this.config, undefined, 1));
  }

  /** Runs one command of the command line to its end. */
  run(words: readonly string[], input = ''): Promise<CommandResult> {
    return runCommand(['-c', this.configPath, ...words], input);
  }

  async init(): Promise<this> {
    const { exitCode, stderr } = await this.run(['init']);
    if (exitCode !== 0) throw new Error(`init failed: ${stderr}`);
    return this;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `menshen ...words`; a command that does not end within a minute is killed and fails. */
export async function runCommand(words: readonly string[], input = ''): Promise<CommandResult> {
  const child = spawn(process.execPath, [mainFile, ...words], { stdio: 'pipe' });
  const stdout = collected(child.stdout);
  const stderr = collected(child.stderr);
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  child.stdin.on('error', () => undefined).end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { exitCode: code ?? -1, stdout: stdout.text, stderr: stderr.text };
}

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

/** The demonstration's people stand in the middle; bystanders are outside. */
const middle = [
  { x: 0.2, y: 0 },
  { x: 0.8, y: 0 },
  { x: 0.8, y: 1 },
  { x: 0.2, y: 1 },
];

/** A camera that plays a recording over and over. */
export const cameraOf = (id: string, path: string): Camera => ({
  id,
  source: { kind: 'recording', path, pace: 'real-time', repeat: 'loop' },
  captureZone: { polygon: middle },
});

/** A complete site with PIN and card; no camera and no face unless asked for. */
const siteText = `
device: { id: gate-under-test }
site:
  name: a place of a test
  type: office
  access: internal
  processor: { name: tester, contact: nobody@example.invalid }
  purpose: { code: entrance, description: opening a gate that is not there }
  necessity: said for a test
  impactOnRights: said for a test
  rightsRoutes: [ said for a test ]
  complaintContacts: [ said for a test ]
  accessibilityHelp: said for a test
  otherLegalMatters: none
  lawfulUse: { by: tester, on: "2026-01-01", statement: said for a test }
  signPosted: { by: tester, on: "2026-01-01", statement: said for a test }
  retention: { maxDays: 30, justification: said for a test }
doors: [ { id: main } ]
cameras: []
face: { enabled: false, falseMatchRate: 0.001, maxFrames: 40 }
credentials: { pin: { enabled: true }, card: { enabled: true } }
http: { port: 0 }
store: { folder: store, key: { kind: file, path: root.key }, auditReserveMiB: 1 }
log: { level: debug }
`;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function collected(stream: NodeJS.ReadableStream | null): { readonly text: string } {
  const kept = { text: '' };
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    kept.text += text;
  });
  return kept;
}

function filesOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process ended meanwhile, and so did its entry.
    return '';
  }
}
