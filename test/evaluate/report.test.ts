import { beforeAll, describe, expect, it } from 'vitest';
import {
  type EvaluationReport,
  makeReport,
  readReport,
  reportAsHtml,
  reportAsText,
  writeReport,
} from '#menshen/evaluate/index.js';
import { normalDeviate } from '#menshen/evaluate/report/html/det.js';
import { madeUpSamples } from './people.js';
import { recorded } from './recordings.js';
import { reportOf } from './report-of.js';

const hostile = `"><script>alert(1)</script><img src=https://evil.example/x onerror='x'>&\u202e\u001b[31m.jpg`;
const invalid = expect.objectContaining({ code: 'evaluation-invalid' });
let report: EvaluationReport;
let hostileReport: EvaluationReport;

beforeAll(async () => {
  report = await reportOf({ recordings: [recorded('genuine.mp4', 'bona-fide', new Array(40).fill(0.9))] });
  const samples = madeUpSamples({ people: 60, pictures: 4, scatter: 0.6 }).map((sample) => ({
    ...sample,
    file: `${sample.file}${hostile}`,
  }));
  const derived = recorded(hostile, hostile, new Array(40).fill(0.9), { derived: hostile });
  hostileReport = await reportOf({
    samples,
    recordings: [derived, recorded(`2${hostile}`, hostile, new Array(40).fill(0.9))],
  });
});

describe('a report', () => {
  it('is read as it was written', () => {
    expect(readReport(writeReport(report))).toEqual(report);
  });

  it('has the same id for the same content, and another for another', () => {
    const { id, schema: _schema, ...content } = report;
    expect([makeReport(content).id, makeReport({ ...content, machine: 'another' }).id === id]).toEqual([id, false]);
  });

  it('that was changed by hand is refused', () => {
    const changed = writeReport(report).replace('"machine": "none: this is a test"', '"machine": "a better one"');
    expect(() => readReport(changed)).toThrow(/was changed after it was made/);
  });

  it.each([
    ['no JSON', 'what?'],
    ['an empty file', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['another version', '{"schema":"menshen-evaluation/1"}'],
    ['nothing but the tag', '{"schema":"menshen-evaluation/2"}'],
  ])('of the wrong shape (%s) is refused', (_what, text) => {
    expect(() => readReport(text)).toThrow(invalid);
  });

  it('with a key that nobody knows is refused', () => {
    expect(() => readReport(JSON.stringify({ ...report, vectors: [[1, 2]] }))).toThrow(invalid);
  });

  it('with a figure that is no number is refused when it is made', () => {
    const { id: _id, schema: _schema, ...content } = report;
    const steps = [{ step: 'embedding', items: 1, wallMs: Number.NaN }];
    expect(() => makeReport({ ...content, steps })).toThrow(invalid);
  });

  it('holds nothing of a face: no list of as many numbers as a vector has', () => {
    const lists = [
      ...writeReport(report)
        .replace(/\s/g, '')
        .matchAll(/\[(-?\d[\d.e-]*,)*-?\d[\d.e-]*\]/g),
    ];
    const fractions = lists.filter(([list]) => list.includes('.'));
    expect(fractions).toEqual([]);
  });
});

describe('the page', () => {
  it.each([
    ['scripts', /<script|javascript:|\son\w+\s*=/i],
    ['addresses outside', /(?:src|href|srcset|action|data)\s*=|url\(|@import|https?:/i],
    ['frames, objects and forms', /<(?:iframe|object|embed|form|base|link|img)\b/i],
  ])('has no %s', (_what, pattern) => {
    expect(reportAsHtml(report)).not.toMatch(pattern);
  });

  it('forbids itself to load anything', () => {
    expect(reportAsHtml(report)).toContain(`content="default-src 'none'; style-src 'unsafe-inline'`);
  });

  it('escapes hostile file names and species', () => {
    const page = reportAsHtml(hostileReport);
    expect(page.match(/<script|<img|[^\P{C}\n]/gu)).toBeNull();
    expect(page).toContain('&lt;script&gt;alert(1)');
  });

  it('has every tag closed in order', () => {
    const open: string[] = [];
    for (const [tag, slash, name, rest] of reportAsHtml(hostileReport).matchAll(/<(\/?)([a-z]\w*)([^>]*)>/gi)) {
      if (slash === '/') expect(`${open.pop()} for ${tag}`).toBe(`${name} for ${tag}`);
      else if (!rest?.endsWith('/') && !['meta'].includes(name ?? '')) open.push(name ?? '');
    }
    expect(open).toEqual([]);
  });

  it('marks what is insufficient', () => {
    expect(reportAsHtml(report)).toContain('<span class="mark">insufficient</span>');
  });

  it('has no figure that is no number', () => {
    expect(reportAsHtml(hostileReport)).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('of a report without any measurement is still a page', async () => {
    const { id: _id, schema: _schema, recognition: _r, pad: _p, ...content } = report;
    expect(reportAsHtml(makeReport(content))).toMatch(/<h1>Menshen evaluation<\/h1>[\s\S]*<\/html>\n$/);
  });
});

describe('derived recordings', () => {
  const passed = recorded('a.mp4', 'print', new Array(60).fill(0.9), { derived: 'dim-0.2' });

  it('stand in the text as counts, by species and derivation', async () => {
    const text = reportAsText(await reportOf({ recordings: [passed] }));
    expect(text).toMatch(/\n\s+bona fide\s+attack\s+undecided\s+no resp\.\n\s+print~dim-0\.2\s+3\s+0\s+0\s+0\n/);
  });

  it('stand on the page as counts, with an attack that passed marked', async () => {
    const page = reportAsHtml(await reportOf({ recordings: [passed] }));
    expect(page).toContain('<tr><td>print</td><td>dim-0.2</td><td><span class="mark">3</span></td>');
  });

  it('are given no rate', async () => {
    const text = reportAsText(await reportOf({ recordings: [passed] }));
    expect(text).not.toMatch(/APCER/);
  });
});

describe('the text', () => {
  it('cannot steer a terminal', () => {
    expect(reportAsText(hostileReport).match(/[^\P{C}\n]/gu)).toBeNull();
  });

  it('names the population of every kind of comparison', () => {
    const text = reportAsText(report);
    const named = (report.recognition?.comparisons ?? []).filter(({ population }) =>
      text.includes(population.nonMated),
    );
    expect(named).toHaveLength(4);
  });
});

describe('the axes', () => {
  it.each([
    [0.5, 0],
    [0.1, -1.28155],
    [0.01, -2.32635],
    [0.0001, -3.71902],
    [0.975, 1.95996],
  ])('place a rate of %d at its normal deviate', (rate, deviate) => {
    expect(Math.abs(normalDeviate(rate) - deviate)).toBeLessThan(4.5e-4);
  });
});
