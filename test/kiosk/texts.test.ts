import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decisionReasons, errorRegistry, guidanceCodes } from '#menshen/core/index.js';
import type { FaceModeReason } from '#menshen/policy/index.js';
import type { VisitView } from '../../src/http/kiosk/contract.js';
import { fill } from '../../src/kiosk/texts.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const languages = readdirSync(path.join(root, 'config', 'languages')).filter((tag) => !tag.includes('.'));
const textsOf = (tag: string): Record<string, string> =>
  JSON.parse(readFileSync(path.join(root, 'config', 'languages', tag, 'kiosk.json'), 'utf8'));
const english = textsOf('en');

/** A new member of the union makes this incomplete, and the compiler says so. */
const faceModeReasons = Object.keys({
  'switched-off': 1,
  'notice-not-displayed': 1,
  'assessment-missing': 1,
  'clock-not-trusted': 1,
  'no-alternative-works': 1,
  'recognition-down': 1,
  'model-drift': 1,
  'threshold-unsupported': 1,
  'audit-space-used-up': 1,
  incident: 1,
  tampered: 1,
  'self-test-running': 1,
  'self-test-failed': 1,
  'inspection-overdue': 1,
  'threshold-unconfirmed': 1,
  'store-rolled-back': 1,
  decommissioned: 1,
  'purpose-ended': 1,
} satisfies Record<FaceModeReason, 1>);

const consentStates = Object.keys({
  valid: 1,
  none: 1,
  ended: 1,
  expired: 1,
  altered: 1,
  'notice-changed': 1,
  'purpose-changed': 1,
  'review-due': 1,
} satisfies Record<VisitView['person']['consent'], 1>);

/** Refusals of the HTTP side that every call can meet. */
const everyCall = [
  'body-invalid',
  'body-too-large',
  'forbidden',
  'internal',
  'not-found',
  'service-unreachable',
  'too-many-requests',
  'unauthenticated',
];

/** What the rooms behind this screen throw. */
const errorCodes = ['verify', 'enrol', 'visit', 'complaint', 'consent', 'credentials', 'policy', 'vision', 'http/kiosk']
  .flatMap((room) => sourcesOf(path.join(root, 'src', room)))
  .flatMap((source) => [...source.matchAll(/MenshenError\(\s*'([a-z-]+)'/g)].map(([, code]) => code ?? ''))
  .filter((code) => code !== 'config-invalid' && code in errorRegistry);

describe.each(languages)('the screen’s texts in %s', (tag) => {
  const texts = textsOf(tag);
  it.each([
    ['guidance', guidanceCodes],
    ['reason', decisionReasons],
    ['face-mode', [...faceModeReasons, 'camera-unavailable']],
    ['error', [...everyCall, ...errorCodes]],
    ['consent-state', consentStates],
  ])('have words for every code of %s', (group, codes) => {
    const missing = [...codes, 'other'].filter((code) => !(`${group}.${code}` in texts));
    expect(missing).toEqual([]);
  });

  it('have every text that English has, with the same places to fill', () => {
    const shape = (text = '') => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
    const expected = Object.entries(english).map(([key, text]) => [key, shape(text)]);
    expect(Object.keys(english).map((key) => [key, shape(texts[key])])).toEqual(expected);
  });

  it('have no text that no screen shows', () => {
    expect(Object.keys(texts).filter((key) => !(key in english))).toEqual([]);
  });
});

describe('the keys in the page’s source', () => {
  const source = sourcesOf(path.join(root, 'src', 'kiosk')).join('\n');

  it('all have a text', () => {
    const used = [...source.matchAll(/(?:texts|say|isSpoken)\(\s*'([a-z0-9.-]+)'/g)].map(([, key]) => key ?? '');
    expect(used.length).toBeGreaterThan(30);
    expect(used.filter((key) => !(key in english))).toEqual([]);
  });
});

describe('a place in a text', () => {
  it('is filled by name, as often as it stands there', () => {
    expect(fill('{a} and {b} and {a}', { a: 1, b: 'two' })).toBe('1 and two and 1');
  });

  it('stays visible when nothing fills it, so that nobody reads half a sentence', () => {
    expect(fill('until {date}', {})).toBe('until {date}');
  });
});

function sourcesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'));
}
