import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ApiKeyRing } from '../../dist/access/index.js';
import { AuditTrail } from '../../dist/audit/index.js';
import { PinChecker } from '../../dist/credentials/index.js';
import { Argon2idPool } from '../../dist/crypto/index.js';
import { loadModelPack } from '../../dist/inference/index.js';
import { systemClock, systemRandomness } from '../../dist/platform/index.js';
import { createKeyFile, readRootKey, Store } from '../../dist/store/index.js';
import { projectRoot } from '../setup/context.mjs';
import { addConsent } from './consent.mjs';

const dimensions = 512;
const peoplePerTransaction = 1000;
const dayMs = 86_400_000;
/** Their PIN is a real one; everybody else has random bytes for a verifier, which costs no Argon2id to make. */
const peopleWithPin = 8;
const pin = '739164';
const argon2idCost = { passes: 2, memoryBytes: 64 * 2 ** 20 };

/**
 * A site with synthetic people, made by the product's own store code. Derived data: their templates are random unit
 * vectors, so nothing about accuracy follows from it. Everybody has a profile, a template, a consent, a PIN and a card.
 *
 * @typedef {object} Site
 * @property {string} folder holds root.key and store/
 * @property {string} operator API key
 * @property {string} panel API key
 * @property {string} pin of each person in `pinPeople`
 * @property {string[]} pinPeople person numbers
 * @property {number} people
 */

/** @type {Map<number, Site>} */
const made = new Map();
process.once('exit', () => {
  for (const { folder } of made.values()) rmSync(folder, { recursive: true, force: true });
});

/**
 * Makes the site on first use; it stays until the benchmark ends. Whoever changes it works on a copy (`copyOfSite`).
 *
 * @param {number} people
 * @returns {Promise<Site>}
 */
export async function siteOf(people) {
  const site = made.get(people) ?? (await makeSite(people, mkdtempSync(path.join(tmpdir(), 'menshen-bench-people-'))));
  made.set(people, site);
  return site;
}

/**
 * The same site in a folder of its own, for whoever changes it; it goes when the process ends.
 *
 * @param {number} people
 * @returns {Promise<Site>}
 */
export async function copyOfSite(people) {
  const original = await siteOf(people);
  const folder = mkdtempSync(path.join(tmpdir(), 'menshen-bench-people-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  cpSync(original.folder, folder, { recursive: true });
  return { ...original, folder };
}

/**
 * @param {number} people
 * @param {string} folder
 * @returns {Promise<Site>}
 */
export async function makeSite(people, folder) {
  mkdirSync(folder, { recursive: true });
  const keyPath = path.join(folder, 'root.key');
  createKeyFile(keyPath, systemRandomness);
  const store = Store.create(path.join(folder, 'store'), readRootKey({ kind: 'file', path: keyPath }), {
    randomness: systemRandomness,
    auditReserveMiB: 1,
  });
  try {
    const { embeddingModelId } = await loadModelPack(path.join(projectRoot, 'models', 'default'));
    for (let from = 0; from < people; from += peoplePerTransaction) {
      const until = Math.min(people, from + peoplePerTransaction);
      store.transaction(() => {
        for (let number = from; number < until; number += 1) addPerson(store, number, embeddingModelId);
      });
    }
    const keys = { ...addKeys(store), pin, pinPeople: await givePins(store, people) };
    const site = { folder, people, ...keys };
    writeFileSync(path.join(folder, 'site.json'), JSON.stringify(site));
    return site;
  } finally {
    store.close();
  }
}

/** @param {Store} store @param {number} number @param {string} modelId */
function addPerson(store, number, modelId) {
  const nowMs = Date.now();
  const expiresAtMs = nowMs + 20 * dayMs;
  const { id: subjectId } = store.subjects.add(
    { personNumber: personNumber(number), displayName: 'derived' },
    'adult',
    {
      nowMs,
      expiresAtMs,
    },
  );
  const consentId = `c-${number}`;
  addConsent(store, { recordId: consentId, subjectId, givenAtMs: nowMs, expiresAtMs });
  const frames = 5;
  store.templates.add({
    ...{ subjectId, consentId, modelId, frames, forIdentification: true, createdAtMs: nowMs },
    vector: randomUnitVector(),
  });
  const verifier = systemRandomness.bytes(32);
  store.credentials.setPin(subjectId, { salt: systemRandomness.bytes(16), verifier }, nowMs);
  store.credentials.addCard(subjectId, `C${number}`, nowMs);
}

const personNumber = (/** @type {number} */ number) => `P${number}`;

function randomUnitVector() {
  const vector = Float32Array.from({ length: dimensions }, () => Math.random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** @param {Store} store */
function addKeys(store) {
  const audit = new AuditTrail(store, systemClock);
  const ring = new ApiKeyRing({ store, audit, clock: systemClock, randomness: systemRandomness });
  const key = (/** @type {'operator' | 'panel'} */ role) => ring.add({ role, label: 'benchmark', days: 1 }).secret;
  return { operator: key('operator'), panel: key('panel') };
}

/** The last ones: whoever erases the first ones leaves them. @param {Store} store @param {number} people */
async function givePins(store, people) {
  const hasher = new Argon2idPool({ cost: argon2idCost, workers: 1, queueLimit: 16 });
  const audit = new AuditTrail(store, systemClock);
  const pins = new PinChecker({ store, hasher, clock: systemClock, randomness: systemRandomness, audit });
  const numbers = Array.from({ length: Math.min(people, peopleWithPin) }, (_, i) => personNumber(people - 1 - i));
  for (const number of numbers) {
    const subject = store.subjects.byPersonNumber(number);
    if (subject !== undefined) await pins.set(subject.id, pin, 6);
  }
  await hasher.close();
  return numbers;
}
