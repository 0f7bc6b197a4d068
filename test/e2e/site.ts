/** A site of a test: its folder, its configuration, and the command line over it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, parseConfig } from '#menshen/config/index.js';
import { projectFolder, temporaryFolder } from '../support/files.js';

export const mainFile = join(projectFolder, 'dist', 'main.js');

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
  run(words: readonly string[], input = '', environment: Environment = {}): Promise<CommandResult> {
    return runCommand(['-c', this.configPath, ...words], input, environment);
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

/** Added to this process's own. */
type Environment = Readonly<Record<string, string>>;

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `menshen ...words`; a command that does not end within a minute is killed and fails. */
export async function runCommand(
  words: readonly string[],
  input = '',
  environment: Environment = {},
): Promise<CommandResult> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [mainFile, ...words], { stdio: 'pipe', env });
  const stdout = collected(child.stdout);
  const stderr = collected(child.stderr);
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  child.stdin.on('error', () => undefined).end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { exitCode: code ?? -1, stdout: stdout.text, stderr: stderr.text };
}

/** What a stream has said so far. */
export function collected(stream: NodeJS.ReadableStream | null): { readonly text: string } {
  const kept = { text: '' };
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    kept.text += text;
  });
  return kept;
}

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
security: { twoPersonActs: "off" }
store: { folder: store, key: { kind: file, path: root.key }, auditReserveMiB: 1 }
log: { level: debug }
`;
