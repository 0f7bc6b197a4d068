/** M8.2: nothing goes over the Internet. What leaves the process asks the guard, whatever way it takes. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { EgressGuard, egressGuard, spawnGuarded } from '#menshen/platform/index.js';
import { egressCheck } from '#menshen/selftest/index.js';

import { watchEgress } from '#menshen/terminal/index.js';
import { newestAudit, openSite } from '../support/site.js';

const script = fileURLToPath(new URL('./fixtures/egress-attempts.mjs', import.meta.url));

interface Outcome {
  readonly outcome: unknown;
  readonly told: readonly { readonly way: string; readonly to: string; readonly port?: number }[];
}

/** Each in a process of its own: a guard that stands cannot be taken away again. */
function attempt(name: string, environment: Record<string, string> = {}): Outcome {
  const { stdout, stderr } = spawnSync(process.execPath, [script, name], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Outcome;
}

describe('a guarded process', () => {
  test.each([
    'net by address',
    'net by options',
    'net by name',
    'net with a lookup of its own',
    'net to this network',
    'net to IPv4 in IPv6',
    'net to a private address',
    'tls',
    'http',
    'fetch',
    'datagram',
    'datagram of a connected socket',
    'datagram to everybody',
    'lookup',
    'lookup as a promise',
    'resolve',
    'resolver of one’s own',
    'reverse',
    'worker',
    'worker that asks for no options',
    'program with a foreign address',
    'undo',
  ])('M8.2: refuses to leave by %s', (name) => {
    expect(attempt(name).outcome).toBe('egress-refused');
  });

  test.each([
    ['net with a host that changes', 'EPERM'],
    ['multicast group', 'EPERM'],
    ['handle of Node’s own', -1],
  ])('M8.2: refuses to leave by %s, at the last step', (name, refusal) => {
    expect(attempt(name).outcome).toBe(refusal);
  });

  test('M8.2: tells what was tried, and of a name only its end', () => {
    expect([attempt('tls').told, attempt('fetch').told, attempt('lookup').told]).toEqual([
      [{ way: 'connect', to: '203.0.113.9', port: 443 }],
      [{ way: 'connect', to: '*.example.com', port: 443 }],
      [{ way: 'lookup', to: '*.example.com' }],
    ]);
  });

  test('M8.2: lets a listed address and port through to the network, and no other port of it', () => {
    const environment = { LISTED: '10.99.0.8 80' };
    const reached = attempt('net to the listed address', environment);
    expect([reached.told, reached.outcome === 'egress-refused']).toEqual([[], false]);
    expect(attempt('net to another port of it', environment).outcome).toBe('egress-refused');
  }, 30_000);

  test('M8.2: reaches itself, by the name too', () => {
    expect(attempt('localhost').outcome).toBe('reached');
  });

  test('M8.2: its canary is refused on every way and leaves no trace in the count', () => {
    expect(attempt('canary').outcome).toEqual({ held: true, got: [], counted: 0 });
  });
});

describe('the list', () => {
  test.each(['gate.example.com', '203.0.113.9', '64:ff9b::cb00:7109', '::ffff:203.0.113.9', '', '10.0.0.1/8'])(
    'M8.2: takes no %s',
    (address) => {
      expect(() => new EgressGuard().allow(address, 443)).toThrow(/only a private address in digits/);
    },
  );

  test.each([0, 70_000, 1.5, Number.NaN])('M8.2: takes no port %d', (port) => {
    expect(() => new EgressGuard().allow('10.0.0.1', port)).toThrow(/with a port/);
  });

  test('M8.2: knows an address by whatever spelling, and forgets it when the last holder gives it back', () => {
    const guard = new EgressGuard();
    const giveBack = [guard.allow('fd00::1', 443), guard.allow('FD00:0:0::0001', 443)];
    const before = [guard.permits('fd00:0::1', 443), guard.permits('fd00::1%eth0', 443), guard.permits('fd00::2', 443)];
    for (const give of giveBack) {
      give();
      give();
    }
    expect([before, guard.allowed(), guard.permits('fd00::1', 443)]).toEqual([[true, true, false], [], false]);
  });
});

describe('the self-test', () => {
  const held = { held: true, got: [] };
  test.each([
    ['a guard that lets something through', { held: false, got: ['a name'] }, [], 'not refused: a name'],
    ['a program that is connected to a public address', held, ['203.0.113.9'], 'connected to 203.0.113.9'],
  ])('M8.2: fails over %s, critically, and it is an event', async (_what, canary, peers, why) => {
    const events: string[] = [];
    const check = egressCheck({
      canary: async () => canary,
      publicPeers: () => peers,
      onOpen: (reason) => void events.push(reason),
    });
    const { state } = await check.run(new AbortController().signal);
    expect([check.critical, state, events]).toEqual([true, 'failed', [why]]);
  });

  test('M8.2: fails in a process without the guard', async () => {
    const { held: none, got } = await new EgressGuard().canary();
    expect([none, got]).toEqual([false, ['the guard is not installed in this process']]);
  });
});

describe('what was refused', () => {
  const refuse = async (times: number) => {
    for (let i = 0; i < times; i += 1) egressGuard.refuse('connect', 'secret.data.example.com', 443);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const eventsOf = ({ store }: ReturnType<typeof openSite>) =>
    store.auditLog.page(0, 1000).filter(({ kind }) => kind === 'egress.refused').length;

  test('M8.2: is an event that panels see, one a minute with the count, and never the whole name', async () => {
    const site = openSite();
    const watch = watchEgress(site);
    await refuse(1);
    await refuse(500);
    const atOnce = [eventsOf(site), newestAudit(site, 'egress.refused')];
    site.timers.advance(59_999);
    const stillOne = eventsOf(site);
    site.timers.advance(1);
    watch.close();
    const body = { way: 'connect', to: '*.example.com', port: 443, from: 'service' };
    expect(JSON.stringify(site.store.auditLog.page(0, 1000))).not.toContain('secret');
    expect([atOnce, stillOne, eventsOf(site), newestAudit(site, 'egress.refused'), watch.facts().refused]).toEqual([
      [1, { ...body, attempts: 1 }],
      1,
      2,
      { ...body, attempts: 500 },
      501,
    ]);
  });

  test('M8.2: counts too when the recognition process tried', () => {
    const site = openSite();
    const heard: ((refusal: { way: 'lookup'; to: string }) => void)[] = [];
    const vision = Object.assign(site.vision, {
      onEgressRefused: (hear: (typeof heard)[number]) => void heard.push(hear),
    });
    const watch = watchEgress({ ...site, vision });
    heard[0]?.({ way: 'lookup', to: 'example.com' });
    watch.close();
    expect(newestAudit(site, 'egress.refused')).toMatchObject({ from: 'recognition', attempts: 1 });
  });
});

test('M8.2: a program is started with no proxy, no key and nothing else of the environment', async () => {
  process.env.HTTPS_PROXY = 'http://203.0.113.9:3128';
  const child = spawnGuarded('env', []);
  const parts: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => parts.push(text));
  await child.ended;
  delete process.env.HTTPS_PROXY;
  const names = parts
    .join('')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('=')[0]);
  expect(names.filter((name) => !['PATH', 'LC_ALL', 'PWD', 'SHLVL', '_', 'OLDPWD'].includes(name ?? ''))).toEqual([]);
});
