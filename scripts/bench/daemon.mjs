import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { demonstrationConfig } from '../demonstration-config.mjs';
import { projectRoot } from '../setup/context.mjs';
import { commandOf, cpuSecondsOf, processTree } from './processes.mjs';

const patienceMs = 180_000;

/**
 * The real service as a child process over a site of `people.mjs`, the demonstration's recording as its camera. Times
 * count from the moment before it is started.
 */
export class Daemon {
  /**
   * @param {import('./people.mjs').Site} site
   * @param {(config: import('../demonstration-config.mjs').SiteConfig) => void} [change] changes to the demonstration's configuration
   * @param {{ prefix?: readonly string[], environment?: Readonly<Record<string, string>> }} [options] a command that runs
   * it, such as `prlimit --as=...`, and what its environment has besides
   */
  constructor(site, change = () => undefined, { prefix = [], environment = {} } = {}) {
    const config = demonstrationConfig(change);
    const configPath = path.join(site.folder, 'menshen.yaml');
    writeFileSync(configPath, JSON.stringify(config));
    this.site = site;
    this.startedAtMs = performance.now();
    const main = path.join(projectRoot, 'dist', 'main.js');
    const [program = '', ...words] = [...prefix, process.execPath, main, '-c', configPath, 'serve'];
    this.child = spawn(program, words, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...environment },
    });
    this.log = '';
    /** @type {Set<() => void>} */
    this.waiting = new Set();
    this.child.stderr.setEncoding('utf8').on('data', (text) => this.heard(text));
    this.child.once('exit', () => this.heard(''));
    this.url = '';
  }

  /** @param {string} text */
  heard(text) {
    this.log += text;
    for (const wake of this.waiting) wake();
  }

  /**
   * Waits for a line of the log. @returns milliseconds since the start, and what it says.
   *
   * @param {string} code
   */
  async said(code) {
    const deadlineMs = performance.now() + patienceMs;
    for (;;) {
      const line = this.log.split('\n').find((each) => each.includes(`"code":"${code}"`) && each.endsWith('}'));
      if (line !== undefined) return { atMs: performance.now() - this.startedAtMs, fields: JSON.parse(line) };
      if (this.ended() || performance.now() > deadlineMs)
        throw new Error(`the service never said ${code}:\n${this.log.slice(-2000)}`);
      await this.heardSomething();
    }
  }

  heardSomething() {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve(undefined);
      };
      const timer = setTimeout(done, 1000);
      this.waiting.add(done);
    });
  }

  get pid() {
    if (this.child.pid === undefined) throw new Error('the service was not started');
    return this.child.pid;
  }

  /** The process of its tree that runs this file. @param {string} file */
  pidOf(file) {
    const pid = processTree(this.pid).find((each) => commandOf(each).includes(file));
    if (pid === undefined) throw new Error(`no process of the service runs ${file}`);
    return pid;
  }

  /** Until the first answer of `GET /v1/health`: time since the start, and processor time of the daemon. */
  async healthy() {
    this.url = (await this.said('service.listening')).fields.url;
    const { status } = await this.call('GET', '/v1/health');
    if (status !== 200) throw new Error(`health answers ${status}`);
    return { healthMs: performance.now() - this.startedAtMs, cpuMs: cpuSecondsOf(this.pid) * 1000 };
  }

  /**
   * @param {'GET' | 'POST' | 'PUT' | 'DELETE'} method
   * @param {string} target
   * @param {{ key?: string, body?: unknown }} [options]
   * @returns {Promise<{ status: number, body: any }>}
   */
  async call(method, target, { key, body } = {}) {
    const response = await fetch(`${this.url}${target}`, {
      method,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** One verification by PIN, from its start to its decision. @param {number} turn chooses the person */
  async verifyByPin(turn) {
    const { panel, pin, pinPeople } = this.site;
    const key = panel;
    const begun = await this.call('POST', '/v1/verifications', {
      key,
      body: { doorId: 'main', purpose: 'demonstration', methods: ['pin'], nonce: `bench-${turn}-${Date.now()}` },
    });
    const personNumber = pinPeople[turn % pinPeople.length];
    const target = `/v1/verifications/${begun.body.verificationId}/pin`;
    const { body } = await this.call('POST', target, { key, body: { personNumber, pin } });
    if (body.decision?.decision !== 'grant') throw new Error(`the right PIN was refused: ${JSON.stringify(body)}`);
  }

  ended() {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Returns when it is gone. @param {NodeJS.Signals} [signal] */
  async stop(signal = 'SIGTERM') {
    if (this.ended()) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await gone;
  }
}
