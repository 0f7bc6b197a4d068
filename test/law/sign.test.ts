/** M13.2 and M13.3: where faces are looked at, and the sign that says so. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import decodeQR from 'qr/decode.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadLanguages } from '#menshen/language/index.js';
import { drawCode } from '#menshen/sign/code.js';
import { OutlineFont } from '#menshen/sign/fonts.js';
import { type Gate, openGate } from '../e2e/gate.js';
import { Site as SiteFolder } from '../e2e/site.js';
import { ada } from '../support/fake-vision.js';
import { temporaryFolder } from '../support/files.js';
import { addEnrolled, type ConfigChanges, newestAudit, openSite, purpose } from '../support/site.js';

const signWith = (changes: ConfigChanges = {}) => openSite({ changes, assessed: false }).sign;
const publicUrl = 'https://10.0.0.5:8460';

describe('the sign’s hash', () => {
  test.each([
    ['site.processor.name', 'Another'],
    ['site.processor.contact', 'other@example.invalid'],
    ['site.purpose.description', 'Counting'],
    ['site.complaintContacts', ['another desk']],
    ['site.retention.maxDays', 29],
    ['credentials.pin.enabled', false],
    ['device.id', 'gate-2'],
    ['http.publicUrl', publicUrl],
    // Through the notice: a sign belongs to one version of it.
    ['site.necessity', 'other words'],
  ])('M13.3: changes with %s', (key, value) => {
    expect(signWith({ [key]: value }).hash).not.toBe(signWith().hash);
  });

  test('M13.3: does not change with what nobody reads there', () => {
    expect(signWith({ 'log.level': 'debug', 'site.translations': { en: { purpose: 'x' } } }).hash).toBe(
      signWith().hash,
    );
  });
});

describe('the capture zone', () => {
  const [x, y] = [0.1, 0.1];
  const other = (polygon: readonly object[]) => [
    { id: 'front', source: { kind: 'v4l2', device: '/dev/video0' }, captureZone: { polygon } },
  ];

  test('M13.2: has a hash that changes with its corners and with the distance limit', () => {
    const hashes = [
      signWith(),
      signWith({
        cameras: other([
          { x, y },
          { x: 1, y: 0 },
          { x: 1, y: 1 },
        ]),
      }),
      signWith({ 'face.minInterEyeDistancePx': 60 }),
    ].map(({ captureZoneHash }) => captureZoneHash);
    expect(new Set(hashes).size).toBe(3);
    expect(signWith({ 'site.necessity': 'other words' }).captureZoneHash).toBe(hashes[0]);
  });

  test('M13.2: a decision says how many faces outside it were dropped, and what it is made from knows nothing else of them', async () => {
    const site = openSite();
    const { id } = addEnrolled(site, ada);
    await site.verifications.start({
      ...{ doorId: 'main', purpose, nonce: 'n-12345678', act: { kind: 'button' } },
      claim: { subjectId: id },
    });
    site.vision.bystanders = 2;
    site.vision.show(ada, 1);
    site.vision.bystanders = 1;
    site.vision.show(ada, 5);
    expect(newestAudit(site, 'verification.decided')).toMatchObject({ decision: 'grant', bystanders: 2 });
  });
});

describe('the code on the sign', () => {
  test('M13.3: opens the full notice', () => {
    const url = `${publicUrl}/v1/notice/page`;
    expect(decodeQR(painted(drawCode(url, { x: 0, y: 0, width: 256, height: 256 })))).toBe(url);
  });

  test.each([
    'http://10.0.0.5:8460',
    'https://10.0.0.5:8460/',
    'https://10.0.0.5/path',
    'https://user:pass@10.0.0.5',
    'https://10.0.0.5?x=1',
    'javascript:alert(1)',
    'gate',
  ])('M13.3: is never made from %s', (url) => {
    expect(() => signWith({ 'http.publicUrl': url })).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });
});

describe('the letters of the sign', () => {
  const font = new OutlineFont();
  const heightEm = (text: string, weight: 400 | 700) => {
    const ys = font
      .outline(text, weight)
      .glyphs.flatMap(({ commands }) => commands.flatMap(({ args }) => args.filter((_, i) => i % 2 === 1)));
    return Math.max(...ys) - Math.min(...ys);
  };

  test('M13.3: are as heavy as they are asked for, so that they can be read from afar', () => {
    // One stroke: its height is its weight. The font’s own default is the thinnest there is.
    expect(heightEm('一', 400)).toBeGreaterThan(0.05);
    expect(heightEm('一', 700)).toBeGreaterThan(1.3 * heightEm('一', 400));
    expect(heightEm('-', 700)).toBeGreaterThan(1.3 * heightEm('-', 400));
  });

  test.each(loadLanguages().list)('M13.3: are there for every shipped text of the sign in $tag', ({ tag }) => {
    const languages = loadLanguages();
    const texts = [
      ...Object.values(languages.texts(tag, 'sign').all),
      ...Object.values(languages.texts(tag, 'notice').all),
    ];
    expect(texts.map((text) => font.outline(text, 400).glyphs.length > 0)).toEqual(texts.map(() => true));
  });

  test('M13.3: a character that the font does not have is named, never left out', () => {
    expect(() => font.outline('gate 🚪', 400)).toThrow(
      expect.objectContaining({ code: 'sign-unprintable', detail: expect.stringContaining('🚪') }),
    );
  });
});

describe('the sign', () => {
  let gate: Gate;
  beforeAll(async () => {
    const { site, http, cameras } = siteParts();
    gate = await openGate({ site, http, cameras });
  });
  afterAll(() => gate.close());
  const svg = async (query = '') => (await gate.operator.get(`/v1/sign.svg${query}`)).text;

  test('M13.3: says in Chinese and English all that the law asks for', async () => {
    const text = await svg();
    const { body: sign } = await gate.operator.get<{ signHash: string; noticeHash: string }>('/v1/sign');
    const parts = [
      ...['人脸识别设备使用中', 'Face recognition in use', '测试物业', 'Property', 'privacy@example.invalid'],
      ...['核验人员身份', 'Checking identity', '是否使用人脸由您自愿选择', 'Using your face is optional'],
      ...[
        '门禁卡',
        'your card',
        '人员编号加密码',
        'your person number with a PIN',
        '最长30天',
        '30 day',
        'complaints desk',
      ],
      ...['采集区域', 'Capture zone', '扫描二维码', 'Scan the code', 'gate-under-test'],
      ...[sign.signHash.slice(0, 16), sign.noticeHash.slice(0, 16)],
    ];
    const description = /<desc[^>]*>([\s\S]*)<\/desc>/.exec(text)?.[1] ?? '';
    expect(parts.filter((part) => !description.includes(part))).toEqual([]);
  });

  test('M13.3: is drawn with outlines alone: no font, no script, nothing from outside, no text as markup', async () => {
    const text = await svg();
    expect(text).not.toMatch(/<text|<script|<image|href=|font-family|url\(| on\w+=/);
    expect(text).toContain('Test &lt;b&gt; &amp; Property');
    expect(text.match(/<path /g)?.length).toBeGreaterThan(30);
    expect(text).toMatch(/<polygon points="[\d., ]+" fill="#c8c8c8"/);
  });

  test('M13.3: stays on one A4 page, however much the site wrote', async () => {
    const { site } = gate.site.config;
    const long = { ...site, purpose: { ...site.purpose, description: 'words that go on '.repeat(200) } };
    const other = await openGate({ site: long, http: gate.site.config.http });
    const { text } = await other.operator.get('/v1/sign.svg');
    await other.close();
    const ys = [...text.matchAll(/[ML]-?[\d.]+ (-?[\d.]+)/g)].map(([, y]) => Number(y));
    expect(Math.max(...ys)).toBeLessThan(841.89 - 30);
    expect(Math.min(...ys)).toBeGreaterThan(30);
  });

  test('M13.3: is the same file each time, as PDF too, with its text for who cannot see it', async () => {
    const folder = temporaryFolder();
    const files = [join(folder, 'one.pdf'), join(folder, 'two.PDF')];
    for (const file of files) expect((await gate.site.run(['sign', '--out', file])).exitCode).toBe(0);
    const [one, two] = files.map((file) => readFileSync(file));
    expect(one?.subarray(0, 5).toString()).toBe('%PDF-');
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
    expect(one?.toString('latin1')).toMatch(/\/MediaBox \[0 0 595\.28 841\.89\]/);
    expect(one?.toString('latin1')).toMatch(/\/Alt /);
  });

  test('M13.3: the command line writes it and says what to declare; in one language too', async () => {
    const file = join(temporaryFolder(), 'sign.svg');
    const { stdout } = await gate.site.run(['sign', '--out', file, '--language', 'en']);
    const { body: sign } = await gate.operator.get<{ signHash: string }>('/v1/sign');
    expect(stdout).toContain(`signHash: ${sign.signHash}`);
    expect(readFileSync(file, 'utf8')).not.toContain('人脸识别');
  });

  test.each([
    [['sign', '--out', 'sign.png'], 2],
    [['sign', '--out', 'sign.svg', '--language', 'fr'], 2],
    [['sign', '--out', 'sign.svg', '--language', 'zh,zh'], 2],
    [['sign', '--out', 'sign.svg', '--language', 'zh,en,fr'], 2],
  ])('M13.3: %j is refused and writes nothing', async (words, exitCode) => {
    const folder = temporaryFolder();
    const placed = words.map((word) => (word.startsWith('sign.') ? join(folder, word) : word));
    expect((await gate.site.run(placed)).exitCode).toBe(exitCode);
    expect(existsSync(placed[2] ?? '')).toBe(false);
  });

  test('M13.3: is for operators and auditors', async () => {
    const statuses = [];
    for (const caller of [gate.daemon.panel(), gate.panel, gate.operator, gate.auditor])
      statuses.push((await caller.get('/v1/sign')).status);
    expect(statuses).toEqual([401, 403, 200, 200]);
  });

  test('M13.3: once declared as posted by its hash, is what told people; another hash is not', async () => {
    const { body: sign } = await gate.operator.get<{ signHash: string }>('/v1/sign');
    const declared = { by: 'Ann', on: '2026-01-01', statement: 'beside the gate' };
    const how = async (signHash: string) => {
      await gate.daemon.stop();
      gate.site.write({ site: { ...gate.site.config.site, signPosted: { ...declared, signHash } } });
      gate = await gate.again();
      return (await gate.operator.get<{ told: { how: string } }>('/v1/sign')).body.told.how;
    };
    expect([await how(sign.signHash), await how('0'.repeat(64))]).toEqual(['posted', 'not-yet']);
  });

  test('M5.0: the command line gives the notice as text and as a page', async () => {
    const file = join(temporaryFolder(), 'notice.html');
    const text = await gate.site.run(['notice', '--language', 'en']);
    const page = await gate.site.run(['notice', '--html', '--out', file]);
    expect([text.exitCode, page.exitCode]).toEqual([0, 0]);
    expect(text.stdout).toContain('Notice on face verification');
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>[\s\S]*人脸验证告知书/);
  });
});

describe('the prompt at each verification', () => {
  test.each([
    ['zh', '目的：Opening the test gate。', '您也可以改用门禁卡。'],
    ['en', 'Purpose: Opening the test gate.', 'You may use your card instead.'],
  ])(
    'D9: in %s says the purpose, how to start and what else may be used, in text and for a voice',
    (tag, said, instead) => {
      const {
        purpose: aim,
        startAction,
        instead: others,
        voice,
      } = openSite({ assessed: false }).noticeTexts.prompt(tag, 'face');
      expect([aim, others.includes(instead)]).toEqual([said, true]);
      expect(voice).toBe([aim, startAction, ...others].join(' '));
    },
  );

  test('D9: before a face offers every other way, and after another way was chosen never the face', () => {
    const { noticeTexts } = openSite({ assessed: false });
    const offered = (['face', 'pin', 'card'] as const).map((method) => noticeTexts.prompt('en', method).instead);
    expect(offered).toEqual([
      ['You may use your PIN instead.', 'You may use your card instead.'],
      ['You may use your card instead.'],
      ['You may use your PIN instead.'],
    ]);
  });

  test('D9: says for one-to-one that the person names themselves first', () => {
    const start = (method: string) =>
      openSite({ changes: { 'face.method': method }, assessed: false }).noticeTexts.prompt('en', 'face').startAction;
    expect([start('1:1').includes('card or enter'), start('1:N').includes('card')]).toEqual([true, false]);
  });
});

/** A site with Chinese words, English translations, markup where it does not belong, and a code. */
function siteParts() {
  const { config } = new SiteFolder();
  const site = {
    ...config.site,
    processor: { name: '测试物业', contact: 'privacy@example.invalid' },
    purpose: { code: 'entrance', description: '核验人员身份' },
    complaintContacts: ['complaints desk'],
    translations: { en: { processorName: 'Test <b> & Property', purpose: 'Checking identity' } },
  };
  const polygon = [
    { x: 0.2, y: 0 },
    { x: 0.8, y: 0 },
    { x: 0.8, y: 1 },
  ];
  const source = { kind: 'v4l2', device: '/dev/video0' } as const;
  return {
    site: { ...site },
    http: { ...config.http, publicUrl },
    cameras: [{ id: 'front', source, captureZone: { polygon } }],
  };
}

/** The code's squares as pixels. */
function painted(shapes: ReturnType<typeof drawCode>) {
  const [width, height] = [512, 512];
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  const path = shapes.flatMap((shape) => (shape.kind === 'path' ? [shape.data] : [])).join('');
  for (const [, left, top, right, bottom] of path.matchAll(/M([\d.]+) ([\d.]+)L([\d.]+) [\d.]+L[\d.]+ ([\d.]+)/g)) {
    const at = (value: string | undefined) => Math.round(Number(value) * 2);
    for (let row = at(top); row < at(bottom); row += 1)
      for (let column = at(left); column < at(right); column += 1) data.set([0, 0, 0, 255], (row * width + column) * 4);
  }
  return { width, height, data };
}
