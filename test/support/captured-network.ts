/** A local network of two machines, made of network namespaces, on whose cable every packet is written down. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { collected } from '../e2e/site.js';
import { until } from './daemon.js';

/** Why there can be none here, for the reader of a skipped test; undefined where there can. */
export const whyNoCapture: string | undefined =
  process.getuid?.() !== 0
    ? 'skipped: only root makes network namespaces.'
    : (['ip', 'tcpdump'] as const).find((program) => spawnSync(program, ['-V']).error !== undefined) !== undefined
      ? 'skipped: ip (iproute2) or tcpdump is not installed.'
      : spawnSync('unshare', ['--net', 'true']).status !== 0
        ? 'skipped: this system lets nobody make network namespaces.'
        : undefined;

export const terminalAddress = '10.77.0.2';
export const lanAddress = '10.77.0.1';

/** Who opened what: `10.77.0.1 -> 10.77.0.2:8460 tcp`. */
export type Flow = string;

let made = 0;

/** The terminal has a default route over the cable, so that whatever it sends anywhere is seen there. */
export class CapturedNetwork {
  readonly #names: { readonly terminal: string; readonly lan: string };
  readonly #capture: ChildProcess;
  readonly #seen: { readonly text: string };

  private constructor(names: { terminal: string; lan: string }, capture: ChildProcess) {
    this.#names = names;
    this.#capture = capture;
    this.#seen = collected(capture.stdout);
  }

  static async open(): Promise<CapturedNetwork> {
    made += 1;
    const names = { terminal: `mt${process.pid}-${made}`, lan: `ml${process.pid}-${made}` };
    const cable = { terminal: `mt${made}v`, lan: `ml${made}v` };
    ip('netns', 'add', names.terminal);
    ip('netns', 'add', names.lan);
    ip('link', 'add', cable.terminal, 'netns', names.terminal, 'type', 'veth', 'peer', cable.lan, 'netns', names.lan);
    for (const [end, address] of [
      ['terminal', terminalAddress],
      ['lan', lanAddress],
    ] as const) {
      ip('-n', names[end], 'address', 'add', `${address}/24`, 'dev', cable[end]);
      ip('-n', names[end], 'link', 'set', cable[end], 'up');
      ip('-n', names[end], 'link', 'set', 'lo', 'up');
    }
    ip('-n', names.terminal, 'route', 'add', 'default', 'via', lanAddress);
    // No IPv6 address of the documentation range needs a router that answers: it is captured as it is sent.
    ip('-n', names.terminal, '-6', 'route', 'add', 'default', 'dev', cable.terminal);
    const words = ['netns', 'exec', names.lan, 'tcpdump', '-i', cable.lan, '-nn', '-l', '--immediate-mode'];
    const capture = spawn('ip', words, { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = collected(capture.stderr);
    await until('tcpdump', () => (said.text.includes('listening on') ? true : undefined));
    return new CapturedNetwork(names, capture);
  }

  /** What runs a program as the terminal, or as another machine. */
  inside(machine: 'terminal' | 'lan'): readonly string[] {
    return ['ip', 'netns', 'exec', this.#names[machine]];
  }

  /** Runs code in another Node on one of the machines; resolves with what it printed. */
  async node(machine: 'terminal' | 'lan', code: string): Promise<string> {
    const [program = '', ...words] = [...this.inside(machine), process.execPath, '--input-type=module', '-e', code];
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    const out = collected(child.stdout);
    await once(child, 'close');
    return out.text;
  }

  /** Every conversation since the start, in order; what kernels say to find their neighbours is left out. */
  flows(): Flow[] {
    return [...new Set(this.#seen.text.split('\n').flatMap(flowOf))];
  }

  /** Waits until a flow was seen: what was sent before it was seen too, because it is one cable. */
  async sees(flow: Flow): Promise<void> {
    await until(`the flow ${flow} among ${this.flows().join('; ')}`, () =>
      this.flows().includes(flow) ? true : undefined,
    );
  }

  async close(): Promise<void> {
    this.#capture.kill();
    await once(this.#capture, 'exit');
    for (const name of Object.values(this.#names)) ip('netns', 'delete', name);
  }
}

const ip = (...words: string[]): void => void execFileSync('ip', words);

/** Flags of the packet that opens a TCP connection. */
const opens = /Flags \[S\],/;

function flowOf(line: string): Flow[] {
  if (line === '' || / ARP, /.test(line) || /ICMP6, (neighbor|router)|multicast listener report/.test(line)) return [];
  const packet = /^\S+ IP6? (\S+) > (\S+): (.*)$/.exec(line);
  if (packet === null) return [`unknown: ${line}`];
  const [, from = '', to = '', rest = ''] = packet;
  if (rest.startsWith('ICMP')) return [`${from} -> ${to} icmp`];
  if (rest.startsWith('Flags') && !opens.test(rest)) return [];
  const source = from.replace(/\.\d+$/, '');
  return [`${source} -> ${to.replace(/\.(\d+)$/, ':$1')} ${rest.startsWith('Flags') ? 'tcp' : 'udp'}`];
}
