/** M12: nothing that people read coerces, misleads or nags. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadLanguages, shippedLanguages } from '#menshen/language/index.js';
import { checkSiteWording } from '#menshen/notice/index.js';
import { Site } from '../e2e/site.js';
import { projectFolder, temporaryFolder } from '../support/files.js';
import { siteConfig } from '../support/site.js';

const languages = loadLanguages();

describe('the wording check', () => {
  test.each([
    'You must use your face to enter.',
    'YOU MUST  USE\nYOUR FACE',
    'You must-use your face.',
    'ｍｕｓｔ　ｕｓｅ　your face',
    'This is the only way into the building.',
    'It is faster if you look at the camera.',
    'Access denied unless you consent.',
    'By entering, you consent to face recognition.',
    'Are you sure you don’t want to use your face?',
    '进入大楼必须刷脸。',
    '必须 刷 脸',
    '本通道仅限刷脸通行',
    '不同意则无法通行',
    '不同意，则无法通行',
    '进入即视为同意',
    '确定不使用人脸吗？',
  ])('M12: refuses “%s”', (text) => {
    expect(languages.refusedPhraseIn(text)).toEqual(expect.any(String));
  });

  test.each([
    'Your face is never the only way in.',
    'Using your face is optional.',
    'You may use your card or your PIN at the same gate.',
    '人脸不是唯一方式，您可以使用门禁卡或密码。',
    '通过本通道不视为同意使用人脸。',
    '未满十四周岁的，监护人必须同意。',
    '是否使用人脸由您自愿选择。',
  ])('M12: has nothing against “%s”', (text) => {
    expect(languages.refusedPhraseIn(text)).toBeUndefined();
  });

  const shipped = languages.list.flatMap(({ tag }) =>
    readdirSync(join(shippedLanguages, tag))
      .filter((file) => file !== 'refused-phrases.json')
      .map((file) => [tag, file] as const),
  );

  test.each(shipped)('M12: finds nothing in the shipped %s/%s', (tag, file) => {
    const texts = Object.entries(JSON.parse(readFileSync(join(shippedLanguages, tag, file), 'utf8')));
    expect(texts.filter(([, text]) => languages.refusedPhraseIn(String(text)) !== undefined)).toEqual([]);
    expect(texts.length).toBeGreaterThan(0);
  });

  test.each(['demonstration.yaml', 'site-template.yaml'])('M12: finds nothing in config/%s', (file) => {
    const text = readFileSync(join(projectFolder, 'config', file), 'utf8');
    expect(languages.refusedPhraseIn(text)).toBeUndefined();
  });

  test.each(languages.list)('M12: finds each of its own phrases of $tag', ({ tag }) => {
    const { refused } = JSON.parse(readFileSync(join(shippedLanguages, tag, 'refused-phrases.json'), 'utf8'));
    expect(refused.filter((phrase: string) => languages.refusedPhraseIn(phrase) === undefined)).toEqual([]);
  });

  test('M12: refuses a translator’s text, with file, key and phrase', () => {
    const folder = join(temporaryFolder(), 'languages');
    cpSync(shippedLanguages, folder, { recursive: true });
    const file = join(folder, 'zh', 'notice.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), optional: '必须刷脸' }));
    expect(() => loadLanguages(folder)).toThrow(
      expect.objectContaining({
        code: 'wording-refused',
        detail: expect.stringMatching(/zh\/notice\.json: optional.*必须刷脸/),
      }),
    );
  });

  test.each([
    ['site.necessity', 'everybody must use your face here', 'must use your face'],
    ['site.purpose.description', '仅限刷脸通行', '仅限刷脸'],
    ['site.impactOnRights', 'no entry without it', 'no entry without'],
    ['site.accessibilityHelp', '刷脸更方便', '刷脸更方便'],
    ['site.minorsRules', '视为同意', '视为同意'],
    ['site.rightsRoutes', ['last chance at the desk'], 'last chance'],
    ['site.translations', { en: { purpose: 'the only way in' } }, 'only way'],
  ])('M12: refuses a site whose %s coerces, naming key and phrase', (key, value, phrase) => {
    expect(() => checkSiteWording(siteConfig({ [key]: value }), languages)).toThrow(
      expect.objectContaining({
        code: 'wording-refused',
        detail: expect.stringMatching(new RegExp(`^${key.replaceAll('.', '\\.')}.*${phrase}`)),
      }),
    );
  });

  test('M12: leaves what nobody at the gate reads alone', () => {
    const said = { by: 'Ann', on: '2026-01-01', statement: 'nobody is told that they must use your face' };
    expect(() => checkSiteWording(siteConfig({ 'site.lawfulUse': said }), languages)).not.toThrow();
  });

  test('M12: such a site does not start, and the doctor says why', async () => {
    const site = await new Site().init();
    site.write({ site: { ...site.config.site, necessity: 'The only way in.' } });
    const started = await site.run(['serve']);
    const doctor = await site.run(['doctor']);
    site.remove();
    expect([started.exitCode, started.stderr]).toEqual([3, expect.stringMatching(/site\.necessity.*only way/)]);
    expect([doctor.exitCode, doctor.stdout]).toEqual([3, expect.stringMatching(/FAIL wording.*site\.necessity/)]);
  });
});
