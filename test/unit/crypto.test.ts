import { spawnSync } from 'node:child_process';
import { createCipheriv, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  Argon2idPool,
  argon2id,
  argon2idApart,
  beginKeyAgreement,
  canonicalJson,
  deriveKey,
  equalBytes,
  hash,
  keyedHash,
  keyIdOf,
  seal,
  signingKeyFromSeed,
  unseal,
  verifySignature,
} from '#menshen/crypto/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { projectFolder } from '../support/files.js';

const key = new Uint8Array(32).fill(1);
const plain = Uint8Array.of(1, 2, 3, 4, 5);
const sealed = seal(key, plain, 'row:1', systemRandomness);
const asModule = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
/** The step from XChaCha20 to ChaCha20 (draft-irtf-cfrg-xchacha, 2.2). */
function hchacha20(secret: Uint8Array, nonce: Uint8Array): Uint8Array {
  const words = (from: Uint8Array) => [...new Uint32Array(from.slice().buffer)];
  const state = Uint32Array.from([0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, ...words(secret), ...words(nonce)]);
  const at = (i: number): number => state[i] ?? 0;
  const mix = (a: number, b: number, d: number, left: number) => {
    state[a] = at(a) + at(b);
    const turned = at(d) ^ at(a);
    state[d] = (turned << left) | (turned >>> (32 - left));
  };
  const quarter = (a: number, b: number, c: number, d: number) => {
    mix(a, b, d, 16);
    mix(c, d, b, 12);
    mix(a, b, d, 8);
    mix(c, d, b, 7);
  };
  for (let round = 0; round < 10; round += 1) {
    for (let i = 0; i < 4; i += 1) quarter(i, 4 + i, 8 + i, 12 + i);
    for (let i = 0; i < 4; i += 1) quarter(i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4));
  }
  return new Uint8Array(Uint32Array.from([...state.slice(0, 4), ...state.slice(12)]).buffer);
}
const violation = expect.objectContaining({ code: 'integrity-violation' });

describe('sealing', () => {
  it('gives back what was sealed', () => {
    expect(unseal(key, sealed, 'row:1')).toEqual(plain);
  });

  it('gives back nothing at all when nothing was sealed', () => {
    expect(unseal(key, seal(key, new Uint8Array(0), 'row:1', systemRandomness), 'row:1')).toHaveLength(0);
  });

  it('never makes the same ciphertext twice', () => {
    expect(seal(key, plain, 'row:1', systemRandomness)).not.toEqual(sealed);
  });

  it('does not open with another key', () => {
    expect(() => unseal(new Uint8Array(32).fill(2), sealed, 'row:1')).toThrow(violation);
  });

  it('does not open in another row', () => {
    expect(() => unseal(key, sealed, 'row:2')).toThrow(violation);
  });

  it('does not open when any single byte was changed', () => {
    const opened = [...sealed.keys()].filter((at) => {
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      return opens(changed);
    });
    expect(opened).toEqual([]);
  });

  it('does not open when it was cut anywhere', () => {
    expect([...sealed.keys()].filter((length) => opens(sealed.slice(0, length)))).toEqual([]);
  });

  it('refuses a key of another length instead of reading beyond it', () => {
    expect(() => seal(new Uint8Array(31), plain, 'row:1', systemRandomness)).toThrow(/32 bytes/);
  });

  it('is XChaCha20-Poly1305: HChaCha20, then what node:crypto calls chacha20-poly1305', () => {
    const nonce = Uint8Array.from({ length: 24 }, (_, i) => 0x40 + i);
    const ours = seal(key, plain, 'row:1', { bytes: () => nonce });
    const cipher = createCipheriv(
      'chacha20-poly1305',
      hchacha20(key, nonce.subarray(0, 16)),
      Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]),
      { authTagLength: 16 },
    );
    cipher.setAAD(Buffer.from('row:1'), { plaintextLength: plain.length });
    const theirs = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    expect(hex(ours)).toBe(theirs.toString('hex'));
  });

  it('is compared with an HChaCha20 that follows its draft (2.2.1)', () => {
    const draftKey = Uint8Array.from({ length: 32 }, (_, i) => i);
    const subKey = hchacha20(draftKey, bytes('000000090000004a0000000031415927'));
    expect(hex(subKey)).toBe('82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc');
  });

  function opens(candidate: Uint8Array): boolean {
    try {
      unseal(key, candidate, 'row:1');
      return true;
    } catch {
      return false;
    }
  }
});

describe('hashing', () => {
  it.each([
    ['', '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8'],
    ['abc', 'bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319'],
  ])('is BLAKE2b-256: %j', (text, digest) => {
    expect(hex(hash(text))).toBe(digest);
  });

  it('takes a text as its UTF-8', () => {
    expect(hash('门神')).toEqual(hash(new Uint8Array(Buffer.from('门神', 'utf8'))));
  });

  it('means nothing without the key', () => {
    expect([keyedHash(key, 'a'), keyedHash(new Uint8Array(32).fill(2), 'a')]).not.toContainEqual(hash('a'));
  });

  it('under another key is another hash', () => {
    expect(keyedHash(key, 'a')).not.toEqual(keyedHash(new Uint8Array(32).fill(2), 'a'));
  });

  it('derives unrelated keys for every use', () => {
    const derived = [1, 2, 3, 4, 5].map((id) => hex(deriveKey(key, 'menshen1', id)));
    expect(new Set([...derived, hex(deriveKey(key, 'menshen2', 1)), hex(key)]).size).toBe(7);
  });

  it.each([
    [[1, 2], [1, 2], true],
    [[1, 2], [1, 3], false],
    [[1, 2], [1, 2, 3], false],
    [[], [], true],
  ])('compares %j with %j as %j', (one, other, same) => {
    expect(equalBytes(Uint8Array.from(one), Uint8Array.from(other))).toBe(same);
  });
});

describe('signing', () => {
  const seed = bytes('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
  const signing = signingKeyFromSeed(seed);
  const asNodeKey = (raw: Uint8Array) =>
    createPublicKey({
      key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
      format: 'der',
      type: 'spki',
    });

  it('follows RFC 8032, test 1', () => {
    expect([hex(signing.publicKey), hex(signing.sign(''))]).toEqual([
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ]);
  });

  it('is verified by somebody else’s Ed25519', () => {
    const message = Buffer.from('开门');
    expect(verify(null, message, asNodeKey(signing.publicKey), signing.sign('开门'))).toBe(true);
  });

  it('verifies somebody else’s Ed25519', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
    expect(verifySignature(raw, 'open', new Uint8Array(sign(null, Buffer.from('open'), privateKey)))).toBe(true);
  });

  it.each([
    ['another message', () => verifySignature(signing.publicKey, 'b', signing.sign('a'))],
    ['another key', () => verifySignature(signingKeyFromSeed(key).publicKey, 'a', signing.sign('a'))],
    ['a signature that was cut', () => verifySignature(signing.publicKey, 'a', signing.sign('a').slice(0, 63))],
    ['no signature', () => verifySignature(signing.publicKey, 'a', new Uint8Array(64))],
  ])('is not fooled by %s', (_what, verified) => {
    expect(verified()).toBe(false);
  });

  it('follows RFC 8032, test 3', () => {
    const other = signingKeyFromSeed(bytes('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7'));
    const signature = other.sign(bytes('af82'));
    expect([hex(signature), verifySignature(other.publicKey, bytes('af82'), signature)]).toEqual([
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
      true,
    ]);
  });

  it('refuses the second form of a signature, with the group’s order added to S', () => {
    const malleable = bytes(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901554c8c7872aa064e049dbb3013fbf29380d25bf5f0595bbe24655141438e7a101b',
    );
    expect(verifySignature(signing.publicKey, '', malleable)).toBe(false);
  });

  it.each([
    ['order 1', `01${'00'.repeat(31)}`],
    ['order 2', `ec${'ff'.repeat(30)}7f`],
    ['order 4', '00'.repeat(32)],
    ['order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
    ['order 1, not in its canonical form', `ee${'ff'.repeat(30)}7f`],
  ])('takes nothing from a public key of %s, with which anybody signs anything', (_order, publicKey) => {
    const forged = bytes(`01${'00'.repeat(63)}`);
    const messages = Array.from({ length: 64 }, (_, i) => `open ${i}`);
    // OpenSSL 3.0 believes a part or all of them.
    expect(messages.filter((text) => verifySignature(bytes(publicKey), text, forged))).toEqual([]);
  });

  it('names a key by its hash', () => {
    expect(keyIdOf(signing.publicKey)).toBe(hex(hash(signing.publicKey)).slice(0, 16));
  });

  it('is over once the key was wiped', () => {
    const gone = signingKeyFromSeed(key);
    gone.wipe();
    expect(verifySignature(gone.publicKey, 'a', gone.sign('a'))).toBe(false);
  });
});

describe('canonical JSON (RFC 8785)', () => {
  it.each([
    [
      'sorts keys by UTF-16 code units',
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 },
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    ],
    [
      'writes numbers as ECMAScript does',
      [1e21 / 3, 1e30, 4.5, 2e-3, 1e-27, -0],
      '[333333333333333300000,1e+30,4.5,0.002,1e-27,0]',
    ],
    ['escapes what must be and nothing else', '\u20ac$\u000f\nA\'B"\\\\"/', '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'],
    ['keeps literals', [null, true, false], '[null,true,false]'],
    ['sorts at every depth', { b: { d: 1, c: [{ z: 1, y: 2 }] }, a: 0 }, '{"a":0,"b":{"c":[{"y":2,"z":1}],"d":1}}'],
    ['leaves out what is undefined', { a: undefined, b: 1 }, '{"b":1}'],
  ])('%s', (_rule, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], [undefined]])('refuses %j, which has no JSON form', (value) => {
    expect(() => canonicalJson(value)).toThrow();
  });
});

describe('the key agreement', () => {
  it('gives both sides the same key', () => {
    const [one, other] = [beginKeyAgreement(), beginKeyAgreement()];
    expect(one.agree(other.publicKey)).toEqual(other.agree(one.publicKey));
  });

  it('gives a third side another key', () => {
    const [one, other, third] = [beginKeyAgreement(), beginKeyAgreement(), beginKeyAgreement()];
    expect(third.agree(one.publicKey)).not.toEqual(other.agree(one.publicKey));
  });
});

describe('Argon2id', () => {
  const cheap = { passes: 1, memoryBytes: 8 * 1024 };
  const salt = new Uint8Array(16).fill(3);
  const secret = (): Uint8Array => new Uint8Array(32).fill(9);

  it('depends on secret, salt and cost', () => {
    const results = [
      argon2id(secret(), salt, cheap),
      argon2id(new Uint8Array(32).fill(8), salt, cheap),
      argon2id(secret(), new Uint8Array(16).fill(4), cheap),
      argon2id(secret(), salt, { ...cheap, passes: 2 }),
    ];
    expect(new Set(results.map(hex)).size).toBe(4);
  });

  it('gives the same in the pool as in this thread', async () => {
    const pool = new Argon2idPool({ cost: cheap, workers: 1, queueLimit: 4 });
    try {
      expect(await pool.hash(secret(), salt)).toEqual(argon2id(secret(), salt, cheap));
    } finally {
      await pool.close();
    }
  });

  it('gives the same in a thread of its own', () => {
    expect(argon2idApart(secret(), salt, cheap)).toEqual(argon2id(secret(), salt, cheap));
  });

  const dear = { passes: 4, memoryBytes: 64 * 1024 * 1024 };
  it.each<[string, string, () => unknown]>([
    ['memory', 'had not enough memory', () => argon2idApart(secret(), salt, { passes: 1, memoryBytes: 3 * 1024 ** 3 })],
    ['time', 'was not done within 0.001 s', () => argon2idApart(secret(), salt, dear, 1)],
    ['a whole salt', 'a salt has 16 bytes', () => argon2idApart(secret(), salt.subarray(1), cheap)],
  ])('in a thread of its own says when it lacks %s', (_what, says, hash) => {
    expect(hash).toThrow(says);
  });

  it('in a thread of its own says when it cannot be loaded there', () => {
    const refusing = `export const resolve = (name, context, next) => {
      if (name.endsWith('password.js')) throw new Error('not here');
      return next(name, context);
    };`;
    const first = `import { register } from 'node:module';
      import { isMainThread } from 'node:worker_threads';
      if (!isMainThread) register(${JSON.stringify(asModule(refusing))});`;
    const call = `import { argon2idApart } from '#menshen/crypto/index.js';
      try { argon2idApart(new Uint8Array(32), new Uint8Array(16), ${JSON.stringify(cheap)}); }
      catch (thrown) { console.log(thrown.detail); }`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', call], {
      ...{ cwd: projectFolder, encoding: 'utf8', timeout: 50_000 },
      env: { ...process.env, NODE_OPTIONS: `--import=${asModule(first)}` },
    });
    expect(stdout).toContain('could not be loaded');
  });

  it('wipes the secret it was handed, refused or not', async () => {
    const pool = new Argon2idPool({ cost: cheap, workers: 1, queueLimit: 1 });
    const secrets = [secret(), secret(), secret()];
    try {
      const results = await Promise.allSettled(secrets.map((one) => pool.hash(one, salt)));
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
      expect(secrets.flatMap((one) => [...one]).every((byte) => byte === 0)).toBe(true);
    } finally {
      await pool.close();
    }
  });

  it('tells callers beyond the queue to come back', async () => {
    const pool = new Argon2idPool({ cost: cheap, workers: 1, queueLimit: 1 });
    try {
      const results = await Promise.allSettled([1, 2, 3].map(() => pool.hash(secret(), salt)));
      expect(results.at(-1)).toMatchObject({ reason: { code: 'too-many-requests' } });
    } finally {
      await pool.close();
    }
  });

  it('counts as broken once it is closed, and refuses what comes after', async () => {
    const pool = new Argon2idPool({ cost: cheap, workers: 1, queueLimit: 1 });
    await pool.close();
    expect(pool.broken()).toBe(true);
    await expect(pool.hash(secret(), salt)).rejects.toMatchObject({ code: 'internal' });
  });
});
