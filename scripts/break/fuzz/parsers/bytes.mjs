import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import sharp from 'sharp';
import { RowChecker } from '../../../../dist/import/check-rows.js';
import { readTable } from '../../../../dist/import/rows.js';
import { onnxFactsOf } from '../../../../dist/inference/onnx/facts.js';
import { verifyBundle } from '../../../../dist/inspector/index.js';
import { decodeStill, defaultStillLimits } from '../../../../dist/pixels/index.js';
import { LanClient } from '../../../../dist/platform/index.js';
import { projectRoot } from '../../../setup/context.mjs';
import { spoiltBytes } from '../spoil.mjs';

/** @typedef {import('./texts.mjs').Parser} Parser */

/** Everything that reads bytes. @param {string} folder of its own, to write into @returns {Promise<Parser[]>} */
export async function byteParsers(folder) {
  return [await pictures(), bundles(folder), models(), tables(), await answers()];
}

/** @returns {Promise<Parser>} */
async function pictures() {
  const noise = (/** @type {number} */ side, /** @type {1 | 3 | 4} */ channels) =>
    sharp(Buffer.from(Array.from({ length: side * side * channels }, (_, i) => (i * 7919) % 256)), {
      raw: { width: side, height: side, channels },
    });
  const seeds = [
    await noise(48, 3).jpeg({ progressive: true }).toBuffer(),
    await noise(64, 3).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    await noise(40, 1).png().toBuffer(),
    await noise(40, 4).png({ palette: true }).toBuffer(),
    await noise(40, 4).webp().toBuffer(),
    await noise(40, 3).webp({ lossless: true }).toBuffer(),
  ];
  // Made anew: this process has no decoder but the product’s from here on.
  return {
    name: 'pictures',
    share: 0.25,
    take: (dice) =>
      decodeStill(dice.chance(0.05) ? bomb(dice) : spoiltBytes(dice.pick(seeds), dice), {
        ...defaultStillLimits,
        maxSidePx: 256,
      }),
  };
}

/** Says that it is a great deal larger than it is. @param {import('../../parts/dice.mjs').Dice} dice */
function bomb(dice) {
  const side = dice.pick([7_000, 50_000, 65_535, 0x7fffffff, 0xffffffff, 0]);
  const png = Buffer.alloc(33);
  png.set(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  png.writeUInt32BE(13, 8);
  png.write('IHDR', 12, 'latin1');
  png.writeUInt32BE(side >>> 0, 16);
  png.writeUInt32BE(dice.pick([side, 1]) >>> 0, 20);
  png.set([dice.pick([1, 8, 16]), dice.pick([0, 2, 3, 6]), 0, 0, dice.pick([0, 1])], 24);
  const jpeg = Buffer.from([
    0xff,
    0xd8,
    0xff,
    0xc0,
    0,
    17,
    8,
    side >> 8,
    side & 255,
    side >> 8,
    side & 255,
    3,
    1,
    0x22,
    0,
    2,
    0x11,
    1,
    3,
    0x11,
    1,
    0xff,
    0xd9,
  ]);
  return dice.chance(0.5) ? png : jpeg;
}

/** @param {string} folder @returns {Parser} */
function bundles(folder) {
  const names = [
    'manifest.json',
    'manifest.sig.json',
    'public-key.json',
    'audit/entries-1.ndjson',
    'audit/checkpoint.json',
    'receipts.ndjson',
  ];
  const text = JSON.stringify({
    publicKey: Buffer.alloc(32, 7).toString('base64'),
    signature: '',
    files: [],
    audit: { from: 1, to: 3 },
    body: '{}',
  });
  const row = `${JSON.stringify({ seq: 1, atMs: 1, kind: 'x', body: '{}', prevHash: '', hash: '', keyId: '', signature: '' })}\n`;
  const small = Object.fromEntries(
    names.map((name) => [name, strToU8(name.endsWith('ndjson') ? row.repeat(3) : text)]),
  );
  const seeds = [
    zipSync(small, { level: 6 }),
    zipSync(small, { level: 0 }),
    zipSync({ ...small, '../../escape': strToU8('x') }),
    zipSync({ ...small, 'audit/bomb.ndjson': new Uint8Array(30_000_000) }),
    zipSync({ ...small, 'receipts.ndjson': strToU8(`${'['.repeat(3_000_000)}\n`) }),
  ].map((zip) => Buffer.from(zip));
  const file = path.join(folder, 'bundle.zip');
  return {
    name: 'bundles',
    share: 0.25,
    take: (dice) => {
      const at = dice.weighted([
        [20, dice.between(0, 1)],
        [2, 2],
        [1, 3],
        [1, 4],
      ]);
      const whole = seeds[at] ?? Buffer.alloc(0);
      writeFileSync(file, dice.chance(0.1) || at > 2 ? whole : spoiltBytes(whole, dice));
      return verifyBundle(file);
    },
  };
}

/** @returns {Parser} */
function models() {
  const whole = readFileSync(path.join(projectRoot, 'models', 'default', 'fr_eye.onnx'));
  // Its beginning has the structure, the rest weights; the whole one now and then.
  return {
    name: 'models',
    share: 0.5,
    take: (dice) =>
      onnxFactsOf(
        new Uint8Array(spoiltBytes(dice.chance(0.05) ? whole : whole.subarray(0, dice.between(10, 20_000)), dice)),
      ),
  };
}

/** Tables of people, in the encodings of spreadsheet programs. @returns {Parser} */
function tables() {
  const header = 'person_number,display_name,age_band,expires_at,pin,cards';
  const rows = Array.from(
    { length: 40 },
    (_, row) => `P${row},"张, 伟 ""${row}""",adult,2030-01-01T00:00:00Z,73916${row},04A1B2C3${row} 04FF${row}`,
  );
  const text = [header, ...rows].join('\r\n');
  const utf16 = Buffer.from(`\ufeff${text.replaceAll(',', '\t')}`, 'utf16le');
  const seeds = [Buffer.from(text), Buffer.from(`\ufeff${text.replaceAll(',', ';')}`), utf16];
  const checker = () =>
    new RowChecker({
      ...{ nowMs: Date.UTC(2026, 10, 22), minPinDigits: 6, defaultExpiresAtMs: undefined, knownGroup: undefined },
      ...{ personNumberTaken: () => false, cardTaken: () => false },
    });
  return {
    name: 'tables of people',
    share: 0.3,
    take: async (dice) => {
      const { rows: read } = await readTable(new Uint8Array(spoiltBytes(dice.pick(seeds), dice)));
      const rules = checker();
      return read.map((row) => rules.check(row));
    },
  };
}

/** A listener on the LAN that answers with whatever it likes. @returns {Promise<Parser>} */
async function answers() {
  const seeds = [
    'HTTP/1.1 200 OK\r\nContent-Length: 15\r\nContent-Type: application/json\r\n\r\n{"result":"yes"}',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    'HTTP/1.1 301 Moved\r\nLocation: http://8.8.8.8/\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
  ].map((text) => Buffer.from(text));
  /** @type {Buffer} */
  let answer = Buffer.alloc(0);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(answer));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const client = new LanClient((address, to) => address === '127.0.0.1' && to === port);
  return {
    name: 'listeners’ answers',
    share: 0.2,
    take: (dice) => {
      const long = Buffer.from(
        `HTTP/1.1 200 OK\r\n${dice.chance(0.5) ? `X: ${'y'.repeat(40_000)}\r\n` : ''}\r\n${'z'.repeat(dice.pick([10, 300_000]))}`,
      );
      answer = dice.chance(0.05) ? long : spoiltBytes(dice.pick(seeds), dice);
      const headers = { 'content-type': 'application/json' };
      return client.call({ url: `http://127.0.0.1:${port}/hook`, method: 'POST', headers, body: '{}', timeoutMs: 400 });
    },
    close: () => new Promise((resolve) => server.close(() => resolve(undefined))),
  };
}
