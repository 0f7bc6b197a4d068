/** Stills as people send them: what can be used is used, the rest is refused with what to do, and nothing else changes. */
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { footage, whyNoFootage } from '../support/files.js';
import {
  addPerson,
  byFace,
  byPin,
  enrolledPerson,
  faceSite,
  type Gate,
  giveConsent,
  openFaceGate,
  type Person,
} from './gate.js';

if (footage === undefined) console.log(whyNoFootage);

type Maker = (good: Buffer) => Promise<Buffer> | Buffer;

const refused: readonly [string, string, Maker][] = [
  ['tiny', 'picture-refused', (good) => sharp(good).resize(20, 20).png().toBuffer()],
  ['enormous', 'picture-refused', () => flat(8000, 8000)],
  ['a decompression bomb', 'picture-refused', () => pngHeader(60_000, 60_000)],
  ['a picture that lies about its size', 'picture-unreadable', () => pngHeader(4000, 4000)],
  ['cut short', 'picture-unreadable', (good) => good.subarray(0, good.length >> 1)],
  [
    'noise with the head of a JPEG',
    'picture-unreadable',
    (good) => Buffer.concat([good.subarray(0, 20), Buffer.alloc(5000, 7)]),
  ],
  [
    'a GIF',
    'picture-unreadable',
    () => Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
  ],
  [
    'an SVG',
    'picture-unreadable',
    () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>'),
  ],
  ['without a face', 'enrolment-failed', () => flat(640, 480)],
];

const accepted: readonly [string, Maker][] = [
  ['in CMYK', (good) => sharp(good).toColourspace('cmyk').jpeg().toBuffer()],
  ['with 16 bits a channel', (good) => sharp(good).toColourspace('rgb16').png().toBuffer()],
  [
    'lying on its side, with an EXIF note of it',
    (good) => sharp(good).rotate(-90).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
  ],
  ['large', (good) => sharp(good).resize({ width: 3000 }).jpeg().toBuffer()],
  ['in grey', (good) => sharp(good).grayscale().png().toBuffer()],
  ['in WebP with alpha', (good) => sharp(good).ensureAlpha(0.99).webp({ lossless: true }).toBuffer()],
];

describe.skipIf(footage === undefined)('a still', () => {
  let gate: Gate;
  let person: Person;
  let good: Buffer;

  beforeAll(async () => {
    if (footage === undefined) return;
    good = Buffer.from(footage.still('person-b'));
    gate = await openFaceGate(faceSite(footage, ['person-a']));
    person = await addPerson(gate);
    await giveConsent(gate, person);
  });
  afterAll(() => gate.close());

  const enrolFrom = async (still: Buffer) =>
    gate.operator.post(`/v1/subjects/${person.subjectId}/enrolments`, {
      source: 'stills',
      stills: [still.toString('base64')],
    });

  it.each(refused)('that is %s is refused as %s with what to do, and nobody is enrolled', async (_what, code, make) => {
    const { status, body } = await enrolFrom(await make(good));
    const { body: held } = await gate.operator.get<{ face: { enrolled: boolean } }>(`/v1/subjects/${person.subjectId}`);
    expect([status, body.code, held.face.enrolled]).toEqual([422, code, false]);
  });

  it('that is larger than a request may be is refused before it is read', async () => {
    // The head alone: who sends it all is cut off in the middle.
    const head = { 'content-type': 'application/json', 'content-length': String(64 * 1024 * 1024) };
    const path = `/v1/subjects/${person.subjectId}/enrolments`;
    const { status, body } = await gate.operator.call('POST', path, undefined, { raw: '{', headers: head });
    expect([status, body.code]).toEqual([413, 'body-too-large']);
  });

  it('that is no base64 is refused', async () => {
    const { status } = await gate.operator.post(`/v1/subjects/${person.subjectId}/enrolments`, {
      source: 'stills',
      stills: ['%%%% this is not base64 %%%%'],
    });
    expect(Math.floor(status / 100)).toBe(4);
  });

  it.each(accepted)('%s is used', async (_what, make) => {
    const { status, text } = await enrolFrom(await make(good));
    expect([status, text]).toEqual([201, expect.stringContaining('"frames":1')]);
  });

  it('of whatever kind has left the gate working, by face and by PIN', async () => {
    const other = await enrolledPerson(gate);
    const byItself = await gate.panel.verify(byFace(other));
    expect([byItself.decision, (await byPin(gate, person)).decision]).toEqual(['grant', 'grant']);
  });
});

function flat(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: 'grey' } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

/** A PNG of a few bytes that says it has that many pixels. */
function pngHeader(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const parts = [chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.alloc(1000))), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crcOf(body));
  return Buffer.concat([length, body, check]);
}

/** The PNG's own checksum (ISO 3309), bit by bit. */
function crcOf(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
