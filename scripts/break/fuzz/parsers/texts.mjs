import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkedAssessment, checkedDraft } from '../../../../dist/assessment/document.js';
import { keyRequested } from '../../../../dist/authority/request.js';
import { readAnswers } from '../../../../dist/cli/assessment-interview.js';
import { demonstrationAssessment } from '../../../../dist/cli/demonstration.js';
import { parseConfig } from '../../../../dist/config/index.js';
import { readImpostorModel, readManifest } from '../../../../dist/inference/index.js';
import { loadLanguages } from '../../../../dist/language/index.js';
import { lanTarget } from '../../../../dist/platform/index.js';
import { checkReceipt } from '../../../../dist/retention/index.js';
import { projectRoot } from '../../../setup/context.mjs';
import { nastyString } from '../nasty.mjs';
import { spoiltBytes, spoiltJson, spoiltYaml } from '../spoil.mjs';
import { signedReceipt } from './receipt.mjs';

/**
 * @typedef {object} Parser
 * @property {string} name
 * @property {number} share of the inputs asked for: what takes long gets fewer
 * @property {(dice: import('../../parts/dice.mjs').Dice) => unknown} take makes one input and parses it
 * @property {() => Promise<void>} [close]
 */

const at = (/** @type {string[]} */ ...parts) => readFileSync(path.join(projectRoot, ...parts), 'utf8');

/** Everything that reads text. @param {string} folder of its own, to write into @returns {Promise<Parser[]>} */
export async function textParsers(folder) {
  return [
    configuration(),
    manifest(folder),
    impostorModel(folder),
    languages(folder),
    receipts(),
    ...assessments(folder),
    addresses(),
    await requests(),
  ];
}

/** @returns {Parser} */
function configuration() {
  const files = [at('config', 'demonstration.yaml'), at('config', 'site-template.yaml').replaceAll('FILL IN', 'words')];
  return {
    name: 'configuration',
    share: 1,
    take: (dice) => parseConfig(spoiltYaml(dice.pick(files), dice), '/srv/site'),
  };
}

/** @param {string} folder @returns {Parser} */
function manifest(folder) {
  const whole = JSON.parse(at('models', 'default', 'manifest.json'));
  return {
    name: 'manifest',
    share: 0.3,
    take: (dice) => {
      writeFileSync(path.join(folder, 'manifest.json'), spoiltJson(whole, dice));
      return readManifest(folder);
    },
  };
}

/** @param {string} folder @returns {Parser} */
function impostorModel(folder) {
  const whole = JSON.parse(at('models', 'default', 'impostor-model.json'));
  return {
    name: 'impostor model',
    share: 0.1,
    take: async (dice) => {
      const text = spoiltJson(whole, dice);
      writeFileSync(path.join(folder, 'impostor.json'), text);
      // As whoever made the pack would: the hash is right, what it names is not.
      return readImpostorModel(folder, {
        file: 'impostor.json',
        sha256: createHash('sha256').update(text).digest('hex'),
      });
    },
  };
}

/** @param {string} folder @returns {Parser} */
function languages(folder) {
  const own = path.join(folder, 'languages');
  cpSync(path.join(projectRoot, 'config', 'languages'), own, { recursive: true });
  const files = ['zh', 'en'].flatMap((tag) =>
    readdirSync(path.join(own, tag)).map((name) => path.join(own, tag, name)),
  );
  const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
  return {
    name: 'languages',
    share: 0.1,
    take: (dice) => {
      const file = dice.pick(files);
      const text = texts.get(file) ?? '{}';
      writeFileSync(file, spoiltJson(JSON.parse(text), dice));
      try {
        return loadLanguages(own);
      } finally {
        writeFileSync(file, text);
      }
    },
  };
}

/** @returns {Parser} */
function receipts() {
  const whole = signedReceipt();
  const key = whole.publicKey;
  checkReceipt(JSON.stringify(whole), key);
  return {
    name: 'receipts',
    share: 1,
    take: (dice) =>
      checkReceipt(
        spoiltJson(whole, dice),
        dice.weighted([
          [3, undefined],
          [3, key],
          [1, nastyString(dice)],
        ]),
      ),
  };
}

/** @param {string} folder @returns {Parser[]} */
function assessments(folder) {
  const scope = { purposeCode: 'demonstration', method: '1:N' };
  const template = at('config', 'assessment-template.yaml').replaceAll('FILL IN', 'words');
  const file = path.join(folder, 'assessment.yaml');
  const check = (/** @type {unknown} */ value, /** @type {boolean} */ draft) =>
    (draft ? checkedDraft : checkedAssessment)(value, /** @type {any} */ (scope), '2026-11-22');
  return [
    {
      name: 'assessments',
      share: 1,
      take: (dice) => check(parsedOr(spoiltJson(demonstrationAssessment, dice)), dice.chance(0.5)),
    },
    {
      name: 'assessment files',
      share: 0.3,
      take: (dice) => {
        writeFileSync(file, spoiltYaml(template, dice));
        return check(readAnswers(file), dice.chance(0.5));
      },
    },
  ];
}

/** What is no JSON never gets as far as these. @param {string} text */
function parsedOr(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @returns {Parser} */
function addresses() {
  const seeds = ['http://192.168.1.9:8080/hook?a=b', 'https://[fd00::1]:443/', 'http://10.0.0.1'];
  return {
    name: 'addresses',
    share: 1,
    take: (dice) =>
      lanTarget(
        dice.chance(0.2) ? nastyString(dice) : spoiltBytes(Buffer.from(dice.pick(seeds)), dice).toString('latin1'),
      ),
  };
}

/** @returns {Promise<Parser>} */
async function requests() {
  await import('reflect-metadata');
  const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509');
  const { webcrypto } = await import('node:crypto');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = /** @type {any} */ (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']));
  const order = { name: 'CN=panel', keys, signingAlgorithm: algorithm };
  const made = await Pkcs10CertificateRequestGenerator.create(
    /** @type {any} */ (order),
    /** @type {any} */ (webcrypto),
  );
  const der = Buffer.from(made.rawData);
  const pem = (/** @type {Buffer} */ bytes) =>
    `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64').replaceAll(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE REQUEST-----\n`;
  return {
    name: 'certificate requests',
    share: 0.5,
    take: (dice) =>
      keyRequested(
        dice.chance(0.85) ? pem(spoiltBytes(der, dice)) : spoiltBytes(Buffer.from(pem(der)), dice).toString('latin1'),
      ),
  };
}
