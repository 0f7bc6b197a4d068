/** The security self-test: what it finds, and that the face alone pays for it. */
import { createCipheriv } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { verifyNewestAudit } from '#menshen/audit/index.js';
import { hash } from '#menshen/crypto/index.js';
import {
  addonTwinCheck,
  auditCheck,
  cipherCheck,
  cipherVectors,
  configurationFileCheck,
  coreDumpCheck,
  keyFileCheck,
  lockedMemoryCheck,
  modelCheck,
  type SelfTestCheck,
  storeCheck,
  storeFolderCheck,
  tlsCheck,
  umaskCheck,
} from '#menshen/selftest/index.js';
import { newestAudit, openSite, purpose, type Site, siteConfig } from '../support/site.js';
import { createTestStore, openTestStore, rawDatabase, tempFolder } from '../support/temp-store.js';

const outcome = async (check: SelfTestCheck) => check.run(new AbortController().signal);
const check = (state: 'passed' | 'failed' | 'not-assessed', critical = true): SelfTestCheck => ({
  ...{ id: `a-${state}-check`, clause: 'M4.4', critical },
  run: () => ({ state, why: 'a test wants it' }),
});

async function siteWith(...checks: readonly SelfTestCheck[]): Promise<Site> {
  const site = openSite();
  site.checks.push(...checks);
  await site.selfTest.run();
  return site;
}

async function byPin(site: Site) {
  const { id } = site.store.subjects.add({ personNumber: 'N1' }, 'adult', { nowMs: 1, expiresAtMs: 2e12 });
  await site.pins.set(id, '271828', 6);
  const { verificationId } = await site.verifications.start({
    doorId: 'main',
    purpose,
    nonce: 'n',
    act: { kind: 'button' },
  });
  return (await site.verifications.presentPin(verificationId, { personNumber: 'N1', pin: '271828' })).decision?.reason;
}

describe('face mode', () => {
  test('M4.4: a critical check that fails switches the face off, and the PIN goes on', async () => {
    const site = await siteWith(check('passed'), check('failed'));
    expect([site.policy.site(), await byPin(site)]).toEqual([
      { on: false, reason: 'self-test-failed', detail: expect.stringContaining('a-failed-check: a test wants it') },
      'pin-accepted',
    ]);
  });

  test('M4.4: before the first self-test has finished the face is off', () => {
    const site = openSite();
    site.device.lookedAt = false;
    expect(site.policy.site()).toMatchObject({ on: false, reason: 'self-test-running' });
  });

  test.each([check('not-assessed'), check('failed', false)])('M4.4: stays on with %o', async (one) => {
    expect((await siteWith(one)).policy.site()).toEqual({ on: true });
  });

  test('M4.4: comes back when the next self-test passes', async () => {
    const site = await siteWith(check('failed'));
    site.checks.length = 0;
    await site.selfTest.run();
    expect(site.policy.site()).toEqual({ on: true });
  });

  test('M4.4: the face stays as it was while the next self-test runs', async () => {
    const site = await siteWith(check('passed'));
    const running = site.selfTest.run();
    const during = site.policy.site();
    await running;
    expect(during).toEqual({ on: true });
  });
});

describe('a self-test', () => {
  test('M14.2: stands in the audit with what failed and what was not assessed', async () => {
    const site = await siteWith(check('passed'), check('failed'), check('not-assessed'));
    expect(newestAudit(site, 'self-test.finished')).toEqual({
      ...{ sound: false, checks: 3, failed: 'a-failed-check', notAssessed: 'a-not-assessed-check' },
    });
  });

  it('counts a check that breaks down as failed', async () => {
    const broken = { ...check('passed'), run: () => JSON.parse('{') };
    const { results } = (await siteWith(broken)).selfTest.last() ?? {};
    expect(results).toEqual([expect.objectContaining({ state: 'failed' })]);
  });

  it('takes effect when it cannot be recorded', async () => {
    const site = openSite();
    site.checks.push(check('failed'));
    site.store.transaction = () => {
      throw new Error('the disk is full');
    };
    await site.selfTest.run().catch(() => undefined);
    expect(site.selfTest.last()?.sound).toBe(false);
  });

  it('runs once for two who ask at the same time', async () => {
    let runs = 0;
    const counting: SelfTestCheck = {
      ...check('passed'),
      run: () => {
        runs += 1;
        return { state: 'passed', why: 'counted' };
      },
    };
    const site = openSite();
    site.checks.push(counting);
    await Promise.all([site.selfTest.run(), site.selfTest.run()]);
    expect(runs).toBe(1);
  });
});

describe('a self-test that is cut by the end of the service', () => {
  it('touches nothing afterwards and is not on record', async () => {
    const site = openSite();
    site.checks.push(check('passed'), check('passed'));
    const running = site.selfTest.run().catch(() => 'cut');
    await site.selfTest.close();
    expect([await running, newestAudit(site, 'self-test.finished')]).toEqual(['cut', undefined]);
  });
});

describe('M14.1: the ciphers', () => {
  it('give the known answers', async () => {
    expect(await outcome(cipherCheck)).toEqual({ state: 'passed', why: `${cipherVectors.length} known answers hold` });
  });

  it('are held against an answer that libsodium had no part in', () => {
    expect(cipherVectors[0]?.expected).toBe(Buffer.from(hash(sealedWithoutLibsodium())).toString('hex'));
  });
});

describe('M14.2: the newest audit entries', () => {
  const filled = () => {
    const folder = tempFolder();
    const site = openSite({ store: createTestStore(folder) });
    for (let n = 0; n < 30; n += 1) site.audit.append(n % 3 === 0 ? 'camera.live' : 'pin.set', { n });
    site.store.close();
    return folder;
  };
  const verified = async (folder: string) => {
    const store = openTestStore(folder);
    return outcome(auditCheck(() => verifyNewestAudit(store, 10)));
  };

  it('pass when nobody touched them', async () => {
    expect(await verified(filled())).toEqual({ state: 'passed', why: 'the newest 10 entries hold' });
  });

  it.each([
    ['changed', `UPDATE audit SET body = '{"n":99}' WHERE seq = (SELECT max(seq) - 4 FROM audit)`],
    ['taken out', 'DELETE FROM audit WHERE seq = (SELECT max(seq) - 4 FROM audit)'],
    ['cut off', 'DELETE FROM audit WHERE seq > (SELECT max(seq) - 4 FROM audit)'],
  ])('fail when one was %s', async (_what, sql) => {
    const folder = filled();
    rawDatabase(folder, (db) => db.exec(sql));
    expect(await verified(folder)).toMatchObject({ state: 'failed' });
  });
});

describe('M14.5: the device', () => {
  it('compares natively as its twin does, where there is a native addon', async () => {
    expect((await outcome(addonTwinCheck)).state).not.toBe('failed');
  });

  it('has a database whose structure holds', async () => {
    expect(await outcome(storeCheck(createTestStore()))).toMatchObject({ state: 'passed' });
  });

  it.each([1, 700])('finds a damaged page of a table of %i rows', async (rows) => {
    const folder = tempFolder();
    const store = createTestStore(folder);
    for (let n = 0; n < rows; n += 1) {
      const receipt = { kind: 'purge', atMs: n, body: 'words'.repeat(40), keyId: 'k', signature: new Uint8Array(64) };
      store.receipts.add({ ...receipt, id: `r-${n}` });
    }
    const whole = await outcome(storeCheck(store));
    store.close();
    damageLastPage(folder);
    const site = openSite({ store: openTestStore(folder), assessed: false });
    site.checks.push(storeCheck(site.store));
    const { sound } = await site.selfTest.run();
    expect([whole.state, sound]).toEqual(['passed', false]);
  });

  it('fails on a database that is damaged', async () => {
    const damaged = storeCheck({ integritySteps: () => [undefined, 'template: page 7'] });
    expect(await outcome(damaged)).toMatchObject({ state: 'failed', why: expect.stringContaining('page 7') });
  });

  it.each([
    [undefined, 'not-assessed'],
    [{ ready: false, problem: 'recognition is starting' }, 'not-assessed'],
    [{ ready: false, fault: 'model-drift', problem: 'off by 4 %' } as const, 'failed'],
    [{ ready: true }, 'passed'],
  ])('with models that are %j is %s', async (state, expected) => {
    expect(await outcome(modelCheck(() => state))).toMatchObject({ state: expected });
  });

  it.each([
    [{ coreFilesOff: true, processUndumpable: true }, 'passed'],
    [{ coreFilesOff: true, processUndumpable: false, reason: 'refused' }, 'failed'],
    [undefined, 'not-assessed'],
  ])('with core dumps %j is %s', async (state, expected) => {
    expect(await outcome(coreDumpCheck(() => state))).toMatchObject({ state: expected });
  });

  it('says so when templates lie in memory that can be swapped out', async () => {
    const unlocked = {
      totalBytes: 10,
      lockedBytes: 0,
      lock: 'unlocked',
      limitBytes: 0,
      excludedFromDumps: false,
    } as const;
    expect(await outcome(lockedMemoryCheck(() => unlocked))).toMatchObject({ state: 'failed' });
  });
});

describe('M14.3: files', () => {
  const withMode = (mode: number): string => {
    const path = join(tempFolder(), 'file');
    writeFileSync(path, 'words');
    chmodSync(path, mode);
    return path;
  };

  it.each([
    [0o600, 'passed'],
    [0o640, 'failed'],
    [0o604, 'failed'],
  ])('a key file of mode %o is %s', async (mode, expected) => {
    const config = siteConfig({ 'store.key': { kind: 'file', path: withMode(mode) } });
    expect(await outcome(keyFileCheck(config))).toMatchObject({ state: expected });
  });

  it('a store that others can enter fails', async () => {
    const folder = tempFolder();
    chmodSync(folder, 0o755);
    expect(await outcome(storeFolderCheck(siteConfig({ 'store.folder': folder })))).toMatchObject({ state: 'failed' });
  });

  it.each([
    [0o640, 'passed'],
    [0o660, 'not-assessed'],
    [0o646, 'failed'],
  ])('a configuration of mode %o is %s', async (mode, expected) => {
    expect(await outcome(configurationFileCheck(withMode(mode)))).toMatchObject({ state: expected });
  });

  it.each([
    [0o077, 'passed'],
    [0o022, 'passed'],
    [0o002, 'failed'],
  ])('a umask of %o is %s', async (mask, expected) => {
    expect(await outcome(umaskCheck(() => mask))).toMatchObject({ state: expected });
  });

  it('a listener off loopback without TLS fails, even if the configuration came to say so', async () => {
    const { http } = siteConfig();
    expect(await outcome(tlsCheck({ http: { ...http, host: '192.0.2.1' } }))).toMatchObject({ state: 'failed' });
  });
});

/** Writes over the newest page of receipts, as a failing disk does. */
function damageLastPage(folder: string): void {
  const pages = `SELECT max(pgoffset) AS at FROM dbstat WHERE name = 'receipt' AND pagetype = 'leaf'`;
  const offset = rawDatabase(folder, (db) => Number((db.prepare(pages).get() as { at: number }).at));
  const path = join(folder, 'menshen.db');
  const bytes = readFileSync(path);
  bytes.fill(0xff, offset, offset + 2000);
  writeFileSync(path, bytes);
}

/** XChaCha20-Poly1305 by the draft's construction: HChaCha20 written out here, the rest by OpenSSL. */
function sealedWithoutLibsodium(): Buffer {
  const key = Uint8Array.from({ length: 32 }, (_, index) => 0x80 + index);
  const nonce = Uint8Array.from({ length: 24 }, (_, index) => 0x40 + index);
  const inner = Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]);
  const cipher = createCipheriv('chacha20-poly1305', hchacha20(key, nonce.slice(0, 16)), inner, { authTagLength: 16 });
  cipher.setAAD(Buffer.from('self-test'), { plaintextLength: plain.length });
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

const plain = Buffer.from(
  "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
);
const rounds: readonly (readonly [number, number, number, number])[] = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
];

function hchacha20(key: Uint8Array, nonce: Uint8Array): Uint8Array {
  const words = (bytes: Uint8Array) => new Uint32Array(Uint8Array.from(bytes).buffer);
  const state = Uint32Array.of(...words(Buffer.from('expand 32-byte k')), ...words(key), ...words(nonce));
  const at = (index: number) => state[index] ?? 0;
  const mix = (into: number, add: number, turned: number, bits: number) => {
    state[into] = at(into) + at(add);
    const value = at(turned) ^ at(into);
    state[turned] = (value << bits) | (value >>> (32 - bits));
  };
  for (let round = 0; round < 10; round += 1) {
    for (const [a, b, c, d] of rounds) {
      mix(a, b, d, 16);
      mix(c, d, b, 12);
      mix(a, b, d, 8);
      mix(c, d, b, 7);
    }
  }
  return new Uint8Array(Uint32Array.of(...state.slice(0, 4), ...state.slice(12)).buffer);
}
