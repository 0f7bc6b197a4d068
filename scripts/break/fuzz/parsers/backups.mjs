import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AuditTrail } from '../../../../dist/audit/index.js';
import { encrypted, opened } from '../../../../dist/backup/chunks.js';
import { closedHeader } from '../../../../dist/backup/header.js';
import {
  BackupMaker,
  newRecipient,
  nothingSince,
  parsedRecipient,
  parsedRecipientKey,
} from '../../../../dist/backup/index.js';
import { parseConfig } from '../../../../dist/config/index.js';
import { MenshenError } from '../../../../dist/core/index.js';
import { systemClock, systemRandomness } from '../../../../dist/platform/index.js';
import { createKeyFile, readRootKey, Store } from '../../../../dist/store/index.js';
import { restoreStore } from '../../../../dist/terminal/index.js';
import { demonstrationConfig } from '../../../demonstration-config.mjs';
import { mutatedText } from '../mutate.mjs';
import { spoiltBytes } from '../spoil.mjs';

const people = 40;
const deviceId = 'gate-of-backups';
const recipient = newRecipient(systemRandomness);
/** To a recipient: a passphrase would cost an Argon2id run for each input. */
const protection = { kind: /** @type {const} */ ('recipient'), publicKey: parsedRecipient(recipient.publicText) };
const opener = () => ({ kind: /** @type {const} */ ('recipient'), key: parsedRecipientKey(recipient.secretText) });

/**
 * Backups that were spoilt, cut, lengthened, put together of two, made by another device or written by somebody who knows
 * the recipient: each is refused as `backup-invalid`, and no store is there afterwards. The whole one is restored first.
 *
 * @param {string} folder of its own @returns {Promise<import('./texts.mjs').Parser>}
 */
export async function backups(folder) {
  const [own, other] = [await madeIn(path.join(folder, 'own')), await madeIn(path.join(folder, 'other'))];
  const lines = await linesOf(own.file);
  const device = newDevice(path.join(folder, 'new'));
  const restore = (/** @type {Buffer} */ bytes, to = device) => restored(bytes, own.keyId, to);
  const { restored: control } = await restore(own.file, newDevice(path.join(folder, 'control')));
  if (control.people !== people) throw new Error(`the whole backup gave ${control.people} people`);
  return {
    name: 'backups',
    share: 0.3,
    take: async (dice) => {
      const bytes = await dice.weighted([
        [6, async () => spoiltBytes(own.file, dice)],
        [2, async () => own.file.subarray(0, dice.between(0, own.file.length - 1))],
        [1, async () => Buffer.concat([own.file, dice.bytes(dice.between(1, 100_000))])],
        [1, async () => other.file],
        [1, async () => spliced(own.file, other.file, dice)],
        [4, () => forged(own.file, lines, dice)],
      ])();
      if (bytes.equals(own.file)) return;
      const refusal = await restore(bytes).then(
        () => new Error('a spoilt backup was restored'),
        (thrown) => thrown,
      );
      if (existsSync(device.store.folder) && readdirSync(device.store.folder).length > 0)
        throw new Error(`after a refusal there lies ${readdirSync(device.store.folder)}`);
      if (refusal instanceof MenshenError && refusal.code !== 'backup-invalid')
        throw new Error(`refused as ${refusal.code}: ${refusal.message}`);
      throw refusal;
    },
  };
}

/** A device with people, and its backup. @param {string} folder */
async function madeIn(folder) {
  const keyFile = `${folder}.key`;
  createKeyFile(keyFile, systemRandomness);
  const options = { randomness: systemRandomness, auditReserveMiB: 1 };
  const store = Store.create(folder, readRootKey({ kind: 'file', path: keyFile }), options);
  try {
    const audit = new AuditTrail(store, systemClock);
    const nowMs = Date.now();
    for (let n = 0; n < people; n += 1) {
      const times = { nowMs, expiresAtMs: nowMs + 86_400_000 };
      const { id } = store.subjects.add({ personNumber: `P${n}`, displayName: 'made up' }, 'adult', times);
      store.credentials.addCard(id, `C0DE${n}`, nowMs);
      audit.append('card.added', { subjectId: id });
    }
    const parts = { store, audit, clock: systemClock, randomness: systemRandomness, deviceId, version: '0' };
    const maker = new BackupMaker({ ...parts, configuration: () => 'mode: live\n' });
    return { file: await whole(await maker.open(protection, 'local')), keyId: store.signingKey.keyId };
  } finally {
    store.close();
  }
}

/** What is in it, as it was written. @param {Buffer} file */
async function linesOf(file) {
  const { lines } = await opened(inPieces(file), opener);
  const texts = [];
  for await (const line of lines) texts.push(line.toString('utf8'));
  return texts;
}

/** Records of somebody who knows the recipient’s public key and has no device. @param {Buffer} file @param {readonly string[]} lines @param {import('../../parts/dice.mjs').Dice} dice */
async function forged(file, lines, dice) {
  // The same words about itself: each record is looked at, and not the first alone.
  const { backupId, deviceId, madeAt } = JSON.parse(file.subarray(12, 12 + file.readUInt32BE(8)).toString('utf8'));
  const about = { backupId, deviceId, madeAt };
  const { header, key } = await closedHeader(about, protection, systemRandomness);
  const spoiltAt = dice.between(0, lines.length - 1);
  const texts = lines
    .slice(dice.chance(0.8) ? 0 : dice.between(0, lines.length - 1))
    .map((line, at) => (at === spoiltAt ? mutatedText(JSON.parse(line), dice) : line));
  // Spoilt into itself, it is the backup again.
  if (texts.join() === lines.join()) return file;
  return whole(encrypted(header, key, texts, systemRandomness));
}

/** The beginning of one and the end of the other. @param {Buffer} one @param {Buffer} other @param {import('../../parts/dice.mjs').Dice} dice */
function spliced(one, other, dice) {
  const headerEnd = 12 + one.readUInt32BE(8);
  const at = dice.chance(0.5) ? headerEnd : dice.between(0, one.length);
  return Buffer.concat([one.subarray(0, at), other.subarray(at)]);
}

/** @param {Buffer} bytes @param {string} deviceKey @param {ReturnType<typeof newDevice>} config */
function restored(bytes, deviceKey, config) {
  const file = `${config.store.folder}.backup`;
  writeFileSync(file, bytes);
  return restoreStore({
    access: { config, randomness: systemRandomness },
    ...{ clock: systemClock, file, since: nothingSince, oldestDays: 30, opener, deviceKey },
  });
}

/** @param {string} folder */
function newDevice(folder) {
  const config = demonstrationConfig((changed) => {
    changed.store.key = { kind: 'file', path: `${folder}.key` };
    changed.store.folder = folder;
  });
  return parseConfig(JSON.stringify(config), path.dirname(folder));
}

/** @param {AsyncIterable<Uint8Array>} pieces */
async function whole(pieces) {
  const all = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** @param {Buffer} file */
async function* inPieces(file) {
  for (let from = 0; from < file.length; from += 50_000) yield file.subarray(from, from + 50_000);
}
