import { describe, expect, it } from 'vitest';
import { verificationMethods } from '#menshen/core/index.js';
import { loadLanguages } from '#menshen/language/index.js';
import { materialHash, noticeFields, noticeHash, publishNotice } from '#menshen/notice/index.js';
import { auditKinds, type ConfigChanges, openSite, siteConfig } from '../support/site.js';

const languages = loadLanguages();
const dataTypes = ['face-template', 'person-number', 'pin', 'card-number'];
const hashWith = (key?: string, value?: unknown): string =>
  noticeHash(noticeFields(siteConfig(key === undefined ? {} : { [key]: value })));
const materialHashWith = (key?: string, value?: unknown): string =>
  materialHash(noticeFields(siteConfig(key === undefined ? {} : { [key]: value })));

const told: readonly [string, unknown][] = [
  ['device.id', 'gate-2'],
  ['site.processor.name', 'Another Processor'],
  ['site.processor.contact', 'other@example.invalid'],
  ['site.purpose.code', 'attendance'],
  ['site.purpose.description', 'Counting hours'],
  ['site.necessity', 'other words'],
  ['site.impactOnRights', 'other words'],
  ['site.rightsRoutes', ['another desk']],
  ['site.complaintContacts', ['another desk']],
  ['site.accessibilityHelp', 'other words'],
  ['site.otherLegalMatters', 'other words'],
  ['site.minorsRules', 'minors words'],
  ['site.retention.maxDays', 29],
  ['site.retention.justification', 'other words'],
  ['site.retention.inactivityDays', 7],
  ['site.purpose.endsOn', '2027-06-30'],
  ['face.method', '1:N'],
  ['credentials.pin.enabled', false],
  ['credentials.card.enabled', false],
  ['credentials.card.pinRequired', true],
];
const notTold: readonly [string, unknown][] = [
  ['log.level', 'debug'],
  ['http.port', 9000],
  ['site.name', 'Another gate'],
  ['site.type', 'school'],
  ['face.minFrames', 5],
  ['face.maxFrames', 20],
  ['face.falseMatchRate', 0.001],
  ['verification.decisionValidMs', 900],
  ['clock.maxDowntimeHours', 1],
  ['store.auditReserveMiB', 2],
  ['credentials.pin.minDigits', 8],
  ['doors', [{ id: 'main', camera: 'front' }]],
  ['models.folder', 'other-pack'],
];
const material = [
  'site.processor.name',
  'site.purpose.code',
  'face.method',
  'credentials.pin.enabled',
  'credentials.card.enabled',
];

describe('the notice’s hash', () => {
  it.each(told)('changes with %s, which people are told', (key, value) => {
    expect(hashWith(key, value)).not.toBe(hashWith());
  });

  it.each(notTold)('does not change with %s, which is no concern of theirs', (key, value) => {
    expect(hashWith(key, value)).toBe(hashWith());
  });

  it('does not depend on the order of the keys in the file', () => {
    const fields = noticeFields(siteConfig());
    const reordered = Object.fromEntries(Object.entries(fields).reverse()) as unknown as typeof fields;
    expect(noticeHash(reordered)).toBe(noticeHash(fields));
  });
});

describe('the hash of what needs a new consent', () => {
  it.each(told)('with %s changes exactly when purpose, method, kinds of data or the processor do', (key, value) => {
    expect(materialHashWith(key, value) !== materialHashWith()).toBe(material.includes(key));
  });
});

describe.each(languages.list)('the notice in $tag', ({ tag }) => {
  const words = languages.texts(tag, 'notice');
  const textWith = (changes: ConfigChanges) => openSite({ changes, assessed: false }).noticeTexts.text(tag);
  const changes = { 'site.minorsRules': 'minors words', 'credentials.card.pinRequired': true };
  const text = textWith(changes);
  const everyWord = [
    ...['Test Processor', 'contact@example.invalid', 'Opening the test gate', 'retention words', 'necessity words'],
    ...['impact words', 'rights desk', 'minors words', 'help words', 'complaints desk', 'other matters words', '30'],
  ];

  it.each(everyWord)('says %j, as the configuration does', (value) => {
    expect(text).toContain(value);
  });

  it.each(['1:1', '1:N'] as const)('says how %s works', (method) => {
    expect(textWith({ 'face.method': method })).toContain(words.say(`method.${method}`));
  });

  it('says what data, how to withdraw, and that nothing leaves the device', () => {
    for (const part of [
      ...dataTypes.map((kind) => words.say(`data.${kind}`)),
      words.say('withdrawal'),
      words.say('storage.this-device'),
      words.say('transfer.false'),
    ])
      expect(text).toContain(part);
  });

  it('begins with the choice and the alternatives, before anything about the face', () => {
    const order = ['optional', 'alternative.pin', 'alternative.card+pin', 'label.purpose'].map((key) => words.say(key));
    expect(order.map((part) => text.indexOf(part))).toEqual(
      [...order.map((part) => text.indexOf(part))].sort((one, other) => one - other),
    );
    expect(text).not.toContain(`- ${words.say('alternative.card')}\n`);
  });

  it('offers no alternative that is switched off', () => {
    const without = textWith({ 'credentials.pin.enabled': false });
    expect([without.includes(words.say('alternative.pin')), without.includes(words.say('data.pin'))]).toEqual([
      false,
      false,
    ]);
  });

  it('says so when nobody under 14 is enrolled', () => {
    expect(textWith({})).toContain(words.say('noMinors'));
  });
});

describe('publishing the notice', () => {
  it('makes a version and says so', () => {
    const { notice, ...site } = openSite();
    expect([notice.version, auditKinds(site).filter((kind) => kind === 'notice.changed')]).toEqual([
      1,
      ['notice.changed'],
    ]);
  });

  it('again without a change is the same version', () => {
    const { store, audit, notice, config } = openSite();
    const again = publishNotice(store, audit, noticeFields(config), 99);
    expect([again.version, again.effectiveAtMs]).toEqual([1, notice.effectiveAtMs]);
  });

  it('with a change is the next version, in effect from now', () => {
    const { store, audit } = openSite();
    const changed = noticeFields(siteConfig({ 'site.necessity': 'other words' }));
    expect(publishNotice(store, audit, changed, 99)).toMatchObject({
      version: 2,
      effectiveAtMs: 99,
      hash: noticeHash(changed),
    });
  });

  it('back to an older text is a version of its own', () => {
    const { store, audit, config } = openSite();
    publishNotice(store, audit, noticeFields(siteConfig({ 'site.necessity': 'other words' })), 98);
    expect(publishNotice(store, audit, noticeFields(config), 99).version).toBe(3);
  });
});

describe('the prompt before a verification', () => {
  it.each(languages.list.flatMap(({ tag }) => verificationMethods.map((method) => [method, tag] as const)))(
    'says how to start by %s in %s',
    (method, tag) => {
      const { startAction, voice } = openSite().noticeTexts.prompt(tag, method);
      expect(startAction.length).toBeGreaterThan(5);
      expect(voice).toContain(startAction);
    },
  );
});
