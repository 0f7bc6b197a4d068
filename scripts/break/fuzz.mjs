/** Bad input: every HTTP call, the sockets below them, and every parser. `npm run break -- fuzz [http] [sockets] [parsers]` */
import { fuzzHttp } from './fuzz/http.mjs';
import { fuzzParsers } from './fuzz/parsers.mjs';
import { fuzzSockets } from './fuzz/sockets.mjs';
import { readOptions } from './parts/options.mjs';
import { conclude } from './parts/verdict.mjs';

const defaults = {
  seed: 1,
  requests: 100_000,
  from: 0,
  only: /** @type {number | undefined} */ (undefined),
  inputs: 20_000,
};
const { numbers, parts } = readOptions(process.argv.slice(2), defaults, ['http', 'sockets', 'parsers']);
const { seed, requests, from, only, inputs } = numbers;
const wanted = (/** @type {string} */ part) => parts.length === 0 || parts.includes(part);

const outcomes = [];
if (wanted('http')) outcomes.push(await fuzzHttp({ seed, requests, from, only }));
if (wanted('sockets')) outcomes.push(await fuzzSockets({ seed, garbage: 2000, slow: true }));
if (wanted('parsers')) outcomes.push(await fuzzParsers({ seed, inputs, only }));
conclude('fuzz', outcomes, { seed });
process.exit();
