import { describe, expect, it } from 'vitest';
import { complaintInWords } from '#menshen/core/index.js';
import { assessmentFor, openSite, siteConfig } from '../support/site.js';

describe('a value in the configuration that does not fit', () => {
  it.each<[string, unknown, string]>([
    ['site.retention.maxDays', 4000, 'site.retention.maxDays: must be at most 3650.'],
    ['site.retention.maxDays', 0, 'site.retention.maxDays: must be at least 1.'],
    ['site.retention.maxDays', 'many', 'site.retention.maxDays: must be a whole number.'],
    ['face.falseMatchRate', 0, 'face.falseMatchRate: must be more than 0.'],
    ['site.name', ' ', 'site.name: must not be empty (Name of the place).'],
    ['site.rightsRoutes', [], 'site.rightsRoutes: must have at least 1 entry.'],
    ['site.lawfulUse.on', 'in May', 'site.lawfulUse.on: must be a day, such as 2026-01-31'],
    [
      'device.id',
      'Gate 1',
      'device.id: must be of small letters (a-z), digits and hyphens, begin with a letter or digit and have at most 63 characters',
    ],
    ['store', undefined, 'top level: lacks store.'],
  ])('%s = %j is told in words', (key, value, words) => {
    const refusal = refusalOf(() => siteConfig({ [key]: value }));
    expect(refusal).toContain(words);
    expect(refusal).not.toMatch(/pattern|schema|propert|[<>]=?/);
  });
});

it.each([
  ['impacts', 'x', 'must say something: at least three characters that are not blank.'],
  ['decision', 'perhaps', 'must be proceed or do-not-proceed.'],
  ['author', 'A', 'must have at least 2 characters.'],
])('an impact assessment with %s = %j is told in words too', (field, value, words) => {
  const site = openSite({ assessed: false });
  const answers = { ...assessmentFor(site.config), [field]: value };
  expect(refusalOf(() => site.assessments.record(answers, site.policy.assessmentScope()))).toContain(
    `${field}: ${words}`,
  );
});

describe('what a validator says', () => {
  it('of a pattern that has no words of its own is told with what the schema says of the place', () => {
    const root = { properties: { card: { pattern: '^[0-9A-F]{8}$', description: 'Eight digits.' } } };
    const complaint = { instancePath: '/card', params: { pattern: '^[0-9A-F]{8}$' }, keyword: 'pattern' };
    expect(complaintInWords({ ...complaint, schemaPath: '#/properties/card' }, root)).toBe(
      'is not written as it must be (Eight digits)',
    );
    expect(complaintInWords(complaint)).toBe('is not written as it must be');
  });

  it('of what has no words here stays as it is', () => {
    const complaint = { keyword: 'multipleOf', instancePath: '/n', params: {}, message: 'must be a multiple of 5' };
    expect(complaintInWords(complaint)).toBe('must be a multiple of 5');
  });
});

function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    return (thrown as Error).message;
  }
  throw new Error('it was accepted');
}
