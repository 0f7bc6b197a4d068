import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { demonstrationConfig } from '../demonstration-config.mjs';
import { projectRoot } from '../setup/context.mjs';

const main = path.join(projectRoot, 'dist', 'main.js');
const startingMs = 30_000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
let ending = false;

/** Ends every daemon that was started here, and lets no other begin. */
export async function endTerminals() {
  ending = true;
  await Promise.all([...running].map(ended));
}

/** @param {import('node:child_process').ChildProcess} daemon told to end, and waited for */
async function ended(daemon) {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const gone = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill('SIGTERM');
  await gone;
}

/** A terminal that the story sets up the way an integrator does: configuration, init, assessment, keys, serve. */
export class DemoTerminal {
  /**
   * @param {string} name of its throw-away folder under var/demo/run
   * @param {(config: import('../demonstration-config.mjs').SiteConfig) => void} [change] changes to the demonstration's configuration
   */
  constructor(name, change = () => undefined) {
    this.folder = path.join(projectRoot, 'var', 'demo', 'run', name);
    this.configPath = path.join(this.folder, 'menshen.yaml');
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    const config = demonstrationConfig(change);
    writeFileSync(this.configPath, stringify(config));
    this.url = '';
    /** @type {import('node:child_process').ChildProcess | undefined} */
    this.daemon = undefined;
  }

  /**
   * Runs one `menshen` command; resolves with its exit code and output.
   *
   * @param {string[]} args
   * @param {string} [input]
   * @returns {Promise<{ code: number | null, output: string }>}
   */
  menshen(args, input = '') {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [main, '--config', this.configPath, ...args], {
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      let output = '';
      child.stdout.on('data', (chunk) => (output += chunk));
      child.stderr.on('data', (chunk) => (output += chunk));
      child.once('error', reject);
      child.once('exit', (code) => resolve({ code, output }));
      child.stdin.end(input);
    });
  }

  /** Starts the daemon and waits until it listens. */
  async serve() {
    if (ending) throw new Error('interrupted');
    const daemon = spawn(process.execPath, [main, '--config', this.configPath, 'serve'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.daemon = daemon;
    running.add(daemon);
    daemon.once('exit', () => running.delete(daemon));
    this.url = await new Promise((resolve, reject) => {
      let log = '';
      const timer = setTimeout(() => reject(new Error(`the service did not start:\n${log}`)), startingMs);
      daemon.stderr?.on('data', (chunk) => {
        log += chunk;
        const url = /"code":"service.listening","url":"([^"]+)"/.exec(log)?.[1];
        if (url === undefined) return;
        clearTimeout(timer);
        resolve(url);
      });
      daemon.once('exit', (code) => reject(new Error(`the service ended with ${code}:\n${log}`)));
    });
  }

  async stop() {
    if (this.daemon !== undefined) await ended(this.daemon);
  }
}
