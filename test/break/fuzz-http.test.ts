/** The short version of `npm run break -- fuzz http`: the same requests, the first thousand of another seed. */
import { expect, test } from 'vitest';
import { fuzzHttp } from '../../scripts/break/fuzz/http.mjs';
import { wrongInLog, wrongWith } from '../../scripts/break/fuzz/judge.mjs';

test('a thousand requests made from the service’s own document, and ISAPI calls, right and wrong ones, find no fault and no answer or log line that tells a secret', async () => {
  const { line, findings } = await fuzzHttp({ seed: 2, requests: 1000 });
  expect(findings, line).toEqual([]);
}, 180_000);

const key = 'mk_operator_0123456789';
const sent = { method: 'GET', path: '/v1/subjects', body: undefined } as Parameters<typeof wrongWith>[0];
const site = { folder: '/srv/gate', secrets: [key] };
const whole = { type: 'urn:menshen:problem:x', title: 'x', detail: 'x', code: 'x' };
const answered = (status: number, body: unknown): Parameters<typeof wrongWith>[1] => ({
  ...{ status, ms: 1, end: 'whole', text: JSON.stringify(body) },
  headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' },
});

test.each([
  ['a fault', answered(500, { ...whole, status: 500 }), 'status 500 x'],
  ['another status than its own', answered(404, { ...whole, status: 400 }), 'says another status'],
  ['a key', answered(200, { key }), 'an API key'],
  ['a path of the device', answered(200, { at: '/srv/gate/store' }), 'a path of the device'],
  ['a stack', answered(200, { why: 'at run (/srv/x.js:1:1)' }), 'tells of the inside'],
  ['a comparison score', answered(200, { similarity: 0.4 }), 'a comparison score'],
  ['a template', answered(200, { x: 'A'.repeat(684) }), 'as long as a template'],
])('an answer with %s is found', (_what, answer, found) => {
  expect(wrongWith(sent, answer, site)).toEqual([expect.stringContaining(found)]);
});

test.each([
  ['a fault', '{"time":"x","level":"error","code":"http.fault"}', 'tells of a fault'],
  ['a secret', `{"time":"x","level":"info","key":"${key}"}`, 'has a secret'],
  ['a line of Node’s', 'TypeError: x is not a function', 'no entry'],
])('a log with %s is found', (_what, line, found) => {
  expect(wrongInLog(line, [key])).toEqual([expect.stringContaining(found)]);
});
