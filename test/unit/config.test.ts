import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isLoopback, loadConfig, parseConfig } from '#menshen/config/index.js';
import { type ConfigChanges, changedDocument, siteConfig } from '../support/site.js';

const coded = (code: string) => expect.objectContaining({ name: 'MenshenError', code });
const invalid = coded('config-invalid');
const refused = coded('site-refused');
const parsed = (changes: ConfigChanges) => () => siteConfig(changes);

/** A document that uses every object there is, so that an unknown key can be tried in each. */
const fullDocument = changedDocument({
  'site.signPosted': { by: 'Ann', on: '2026-01-01', statement: 'yes' },
  'http.host': '127.0.0.1',
  'http.tls': { certificateFile: 'c.pem', keyFile: 'k.pem' },
  'verification.defaultTimeoutMs': 9000,
  'clock.jumpToleranceMs': 9000,
  'models.folder': 'pack',
  'log.level': 'info',
}) as Record<string, unknown>;

function objectsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, child]) => objectsIn(child, [...path, key]));
  return Array.isArray(value) ? inner : [path, ...inner];
}

function withUnknownKeyAt(path: readonly string[]): string {
  const document = structuredClone(fullDocument);
  const holder = path.reduce((inner, key) => inner[key] as Record<string, unknown>, document);
  holder.surprise = 1;
  return JSON.stringify(document);
}

describe('a configuration', () => {
  it('of the smallest size gets the documented defaults', () => {
    expect(siteConfig()).toMatchObject({
      mode: 'live',
      face: { method: '1:1', falseMatchRate: 0.0001, minFrames: 3, maxFrames: 12 },
      credentials: { pin: { minDigits: 6 }, card: { pinRequired: false } },
      http: { host: '127.0.0.1', port: 8460 },
      verification: { defaultTimeoutMs: 15_000, decisionValidMs: 5_000 },
      clock: { jumpToleranceMs: 60_000, maxDowntimeHours: 72 },
      log: { level: 'info' },
    });
  });

  it('with every object filled is accepted (so the next test can fail)', () => {
    expect(parseConfig(JSON.stringify(fullDocument), '/').site.name).toBe('Test gate');
  });

  it.each(objectsIn(fullDocument).map((path) => [path.join('.') || 'the top level', path] as const))(
    'with an unknown key at %s is refused',
    (_name, path) => {
      expect(() => parseConfig(withUnknownKeyAt(path), '/')).toThrow(invalid);
    },
  );

  it('names the unknown key’s place', () => {
    expect(() => parseConfig(withUnknownKeyAt(['site', 'purpose']), '/')).toThrow(/site\.purpose/);
  });

  it.each([
    ...['device.id', 'site.processor.contact', 'site.necessity', 'site.rightsRoutes', 'site.lawfulUse'],
    ...[
      'site.retention',
      'site.retention.justification',
      'site.otherLegalMatters',
      'doors',
      'face',
      'credentials',
      'store',
    ],
  ])('without %s is refused', (key) => {
    expect(parsed({ [key]: undefined })).toThrow(invalid);
  });

  it('says which words there are where one was none of them', () => {
    expect(parsed({ mode: 'tryout' })).toThrow(/^.*mode: must be (\w+ or )+\w+\./);
    expect(parsed({ 'store.key': { kind: 'usb' } })).toThrow(/file, passphrase, systemd-credential, tpm/);
  });

  it.each<[string, unknown]>([
    ['site.necessity', ''],
    ['site.retention.maxDays', 0],
    ['site.retention.maxDays', 1e9],
    ['site.rightsRoutes', []],
    ['site.type', 'castle'],
    ['site.purpose.code', 'Entrance Hall'],
    ['face.minFrames', 1],
    ['face.falseMatchRate', 0],
    ['face.falseMatchRate', 0.5],
    ['credentials.pin.minDigits', 4],
    ['store.key', { kind: 'inline', key: '00' }],
    ['store.key', { kind: 'passphrase', passphrase: 'a secret in the file' }],
    ['http.port', 70_000],
    ['http.port', '8460'],
    ['doors', []],
  ])('with %s = %j is refused', (key, value) => {
    expect(parsed({ [key]: value })).toThrow(invalid);
  });

  it('with a necessity of blanks is refused', () => {
    expect(parsed({ 'site.necessity': '   ' })).toThrow(invalid);
  });

  it.each(['a: [', 'mode: live\nmode: demonstration', '- 1', '', 'mode: !!js/function x'])(
    'of the text %j is refused',
    (text) => {
      expect(() => parseConfig(text, '/')).toThrow(invalid);
    },
  );

  it('that is not there is refused with the remedy', () => {
    expect(() => loadConfig('/nowhere/menshen.yaml')).toThrow(/menshen init/);
  });

  it('means paths relative to its own folder, and keeps absolute ones', () => {
    const config = siteConfig({
      'store.key.path': '/etc/menshen/root.key',
      'models.folder': '../pack',
      cameras: [
        { id: 'front', source: { kind: 'recording', path: 'a.mp4' }, captureZone: triangle },
        { id: 'back', source: { kind: 'stills', folder: './stills' }, captureZone: triangle },
      ],
      'http.tls': { certificateFile: 'tls/c.pem', keyFile: 'tls/k.pem' },
    });
    expect(config).toMatchObject({
      store: { folder: '/srv/site/store', key: { path: '/etc/menshen/root.key' } },
      models: { folder: '/srv/pack' },
      cameras: [{ source: { path: '/srv/site/a.mp4' } }, { source: { folder: '/srv/site/stills' } }],
      http: { tls: { certificateFile: '/srv/site/tls/c.pem', keyFile: '/srv/site/tls/k.pem' } },
    });
  });
});

const triangle = {
  polygon: [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ],
};

describe('a site that the law does not allow', () => {
  it.each(['hotel-room', 'bathroom', 'toilet', 'changing-room', 'other-private-space'])('%s cannot start', (type) => {
    expect(parsed({ 'site.type': type })).toThrow(refused);
  });

  it.each(['bathroom'])('%s cannot start even with the face switched off', (type) => {
    expect(parsed({ 'site.type': type, 'face.enabled': false })).toThrow(refused);
  });

  it('without any other way than the face cannot start', () => {
    expect(parsed({ 'credentials.pin.enabled': false, 'credentials.card.enabled': false })).toThrow(refused);
  });

  it('open to the public without a statement on public safety cannot start', () => {
    expect(parsed({ 'site.access': 'public' })).toThrow(refused);
    expect(
      parsed({
        'site.access': 'public',
        'site.publicSafetyNecessity': { by: 'Ann', on: '2026-01-01', statement: 'words' },
      }),
    ).not.toThrow();
  });

  it.each<[string, ConfigChanges]>([
    [
      'a card that needs a PIN where PINs are off',
      { 'credentials.card.pinRequired': true, 'credentials.pin.enabled': false },
    ],
    ['a door with a camera that is not there', { doors: [{ id: 'main', camera: 'nowhere' }] }],
    ['two doors of one name', { doors: [{ id: 'main' }, { id: 'main' }] }],
    [
      'two cameras of one name',
      {
        cameras: ['a', 'a'].map((id) => ({ id, source: { kind: 'webcam' }, captureZone: triangle })),
        doors: [{ id: 'main' }],
      },
    ],
    ['a frame limit below the frames needed', { 'face.minFrames': 10, 'face.maxFrames': 5 }],
  ])('with %s cannot start', (_what, changes) => {
    expect(parsed(changes)).toThrow(refused);
  });
});

describe('a listener', () => {
  const tls = { certificateFile: 'c.pem', keyFile: 'k.pem' };

  it.each(['0.0.0.0', '192.168.1.10', '::', 'gate.lan', '127.evil.example', '1127.0.0.1', '::ffff:10.0.0.1'])(
    'on %s without TLS is refused',
    (host) => {
      expect(parsed({ 'http.host': host })).toThrow(coded('listener-refused'));
    },
  );

  it('off loopback with TLS is accepted', () => {
    expect(parsed({ 'http.host': '192.168.1.10', 'http.tls': tls })).not.toThrow();
  });

  it.each(['127.0.0.1', '127.3.2.1', '::1', 'localhost'])('on %s needs no TLS', (host) => {
    expect([isLoopback(host), parsed({ 'http.host': host })().http.host]).toEqual([true, host]);
  });

  it('of the demonstration is refused off loopback, with TLS too', () => {
    const demonstration = { mode: 'demonstration', 'http.host': '192.168.1.10', 'http.tls': tls };
    expect(parsed(demonstration)).toThrow(coded('listener-refused'));
  });
});

describe('the templates in config/', () => {
  it('demonstration.yaml is accepted', () => {
    const path = fileURLToPath(new URL('../../config/demonstration.yaml', import.meta.url));
    expect(loadConfig(path).mode).toBe('demonstration');
  });

  it('site-template.yaml is refused as long as it says FILL IN', () => {
    const path = fileURLToPath(new URL('../../config/site-template.yaml', import.meta.url));
    expect(() => loadConfig(path)).toThrow(invalid);
  });

  it('site-template.yaml is told every place that still says FILL IN, at once', () => {
    const path = fileURLToPath(new URL('../../config/site-template.yaml', import.meta.url));
    const places = [
      ...['name', 'processor.name', 'processor.contact', 'purpose.description', 'necessity', 'impactOnRights'],
      ...['rightsRoutes.0', 'complaintContacts.0', 'accessibilityHelp', 'lawfulUse.by', 'lawfulUse.statement'],
      'retention.justification',
    ];
    const list = places.map((place) => `site.${place}`).join(', ');
    expect(() => loadConfig(path)).toThrow(`12 places still say FILL IN: ${list}.`);
  });
});

it('a FILL IN where a date belongs is called that, not a wrong date', () => {
  const signPosted = { by: 'FILL IN', on: 'FILL IN', statement: 'left of the door' };
  expect(parsed({ 'site.signPosted': signPosted })).toThrow(
    '2 places still say FILL IN: site.signPosted.by, site.signPosted.on.',
  );
});
