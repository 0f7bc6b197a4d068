import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { demonstrationAssessment } from '../../dist/cli/demonstration.js';
import { loadModelPack } from '../../dist/inference/index.js';
import { systemRandomness } from '../../dist/platform/index.js';
import { EpochFiles } from '../../dist/store/epoch-files.js';
import { Store } from '../../dist/store/index.js';
import { projectRoot } from '../setup/context.mjs';
import { formsOfKey, formsOfTemplate } from './encodings.mjs';
import { canScanProcesses, scanProcessMemory } from './memory-scan.mjs';
import { searchFiles } from './places.mjs';
import { BreakSite, putPerson, randomUnitVector, storeOptions } from './site.mjs';

const shortestExpiryMs = 40_000;
const settleMs = 1500;

/** @typedef {import('./encodings.mjs').Needle} Needle */
/** @typedef {{ what: string, seen: string, held: boolean }} Finding */

/** Why it cannot be done here; undefined where it can. */
export const whyNoForensics =
  canScanProcesses && process.getuid?.() === 0
    ? undefined
    : 'the memory of the service can be read on Linux by root only';

/**
 * Searches everything that the service has on the disk and in memory for people who were erased, who withdrew and whose
 * time was over; and opens old copies with the keys of today.
 *
 * @param {{ say?: (text: string) => void }} [options]
 * @returns {Promise<Finding[]>}
 */
export async function forensics({ say = () => undefined } = {}) {
  // Somebody's time must be over soon, and not before they were seen in the gallery: on a slow machine once more.
  for (let expiresInMs = shortestExpiryMs; ; expiresInMs *= 2) {
    const scene = new Scene(expiresInMs);
    try {
      await scene.begin();
      say('the service runs, with everybody in its gallery');
      await scene.controls();
      say('what is there before was found');
      if (scene.tooLate()) continue;
      await scene.everybodyGoes();
      say('erased, withdrawn, expired');
      await scene.searchEverything();
      await scene.thief();
      return scene.findings;
    } catch (thrown) {
      if (!scene.tooLate() || scene.findings.length > 0) throw thrown;
    } finally {
      await scene.end();
    }
  }
}

/** One site, its people and what is known of them. */
class Scene {
  /** @param {number} expiresInMs */
  constructor(expiresInMs) {
    this.expiresAtMs = Date.now() + expiresInMs;
    /** @type {Finding[]} */
    this.findings = [];
    this.site = new BreakSite((config) => {
      config.face.enabled = true;
    });
    this.yesterday = path.join(this.site.folder, '..', `${path.basename(this.site.folder)}-yesterday`);
    /** @type {Map<string, { subjectId: string, vector: Float32Array }>} */
    this.people = new Map();
    /** What nothing of may be left. @type {Needle[]} */
    this.gone = [];
    /** @type {Needle[]} */
    this.stays = [];
    /** @type {import('../bench/daemon.mjs').Daemon | undefined} */
    this.running = undefined;
  }

  get daemon() {
    if (this.running === undefined) throw new Error('the service was not started');
    return this.running;
  }

  async begin() {
    const { embeddingModelId: modelId } = await loadModelPack(path.join(projectRoot, 'models', 'default'));
    this.modelId = modelId;
    this.site.withStore((store) => {
      ['erased', 'withdrew', 'expired', 'stays'].forEach((who, n) => {
        const vector = randomUnitVector();
        const names = { personNumber: `N${n}`, cardNumber: `C0DE${n}` };
        const ends = who === 'expired' ? { personEndsAtMs: this.expiresAtMs } : {};
        this.people.set(who, { vector, subjectId: putPerson(store, { ...names, ...ends, modelId, vector }) });
      });
    });
    this.running = await this.site.start();
    await this.daemon.said('gallery.loaded');
    await this.call('POST', '/v1/assessments', demonstrationAssessment);
    await this.enrolFromStill();
    this.site.copyStore(this.yesterday);
    this.learnSecrets();
  }

  /** Somebody whose template recognition made: it passed through its process and through the channel between. */
  async enrolFromStill() {
    const added = await this.call('POST', '/v1/subjects', {
      ...{ personNumber: 'N9', ageBand: 'adult', expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
    });
    const { subjectId } = added.body;
    const notice = await this.call('GET', '/v1/notice');
    await this.call('POST', `/v1/subjects/${subjectId}/consents`, {
      noticeHash: notice.body.hash,
      expiresAt: new Date(Date.now() + 1_800_000).toISOString(),
      ...{ language: 'en', accessMode: 'operator', form: 'electronic' },
      ...{ separateAct: true, voluntary: true, alternativesShown: true },
    });
    const still = readFileSync(path.join(projectRoot, 'var', 'demo', 'stills', 'person-a.jpg')).toString('base64');
    const enrolled = await this.call('POST', `/v1/subjects/${subjectId}/enrolments`, {
      source: 'stills',
      stills: [still],
    });
    if (enrolled.status !== 201) throw new Error(`nobody was enrolled: ${JSON.stringify(enrolled.body)}`);
    this.people.set('enrolled and erased', { subjectId, vector: new Float32Array(0) });
  }

  /** As somebody who has the disk and the root key today can: from a copy. */
  learnSecrets() {
    const opened = path.join(this.site.folder, 'opened');
    cpSync(this.yesterday, opened, { recursive: true });
    this.site.withStore((store) => {
      const files = new EpochFiles(path.join(opened, 'epoch'), store.keys, systemRandomness);
      this.epochNeedles = formsOfKey('device', 'former epoch key', files.read(store.vault.epoch));
      for (const [who, person] of this.people) {
        const [template] = store.templates.allOf(person.subjectId);
        if (template === undefined) throw new Error(`${who} has no template`);
        person.vector = store.templates.withVector(template.id, (vector) => vector.slice());
        const needles = [
          ...formsOfTemplate(who, person.vector),
          ...formsOfKey(who, 'key of the face', store.vault.openFace(person.subjectId, template.keyId)),
          ...formsOfKey(who, 'key of the profile', store.vault.profileKey(person.subjectId)),
        ];
        if (who === 'stays') this.stays.push(...needles);
        // Somebody who withdrew keeps their profile.
        else this.gone.push(...needles.filter(({ as }) => who !== 'withdrew' || !as.startsWith('key of the profile')));
      }
    }, opened);
    rmSync(opened, { recursive: true });
    const database = new Sqlite(path.join(this.yesterday, 'menshen.db'));
    for (const [who, { subjectId }] of this.people) {
      const row = /** @type {{ sealed: Buffer }} */ (
        database.prepare('SELECT sealed FROM template WHERE subject_id = ?').get(subjectId)
      );
      const needle = { who, as: 'sealed template', bytes: row.sealed.subarray(0, 64) };
      (who === 'stays' ? this.stays : this.gone).push(needle);
    }
    database.close();
    this.rootNeedles = formsOfKey('device', 'root key', this.site.rootKey());
  }

  /** Before anything is erased: whatever is searched for later is found where it is now, and every form of it where it is planted. */
  async controls() {
    const live = [...this.gone, ...this.stays, ...(this.epochNeedles ?? [])];
    const inDaemon = await this.inMemory(this.daemon.pid, live);
    const seen = (/** @type {string} */ as) =>
      new Set(inDaemon.filter((hit) => hit.as === as).map(({ who }) => who)).size;
    const [floats, bytes] = [seen('float32 LE'), seen('int8') + seen('int8 with a bias of 128')];
    this.found(
      'control: templates in the gallery before',
      `float32 of ${floats}, int8 of ${bytes} of ${this.people.size}`,
      {
        held: floats === this.people.size && bytes === this.people.size,
      },
    );
    this.found('control: the epoch key in memory before', `${seen('former epoch key')}`, {
      held: seen('former epoch key') > 0,
    });
    const sealed = searchFiles([this.site.storeFolder], live).filter(({ as }) => as === 'sealed template').length;
    this.found('control: sealed templates in the files before', `${sealed} in database or log`, {
      held: sealed >= this.people.size,
    });
    const root = searchFiles([this.site.folder], this.rootNeedles ?? []).map(({ place }) => path.basename(place));
    this.found('control: the root key in its file, and in no other', root.join(), { held: root.join() === 'root.key' });
    await this.planted();
  }

  /** Each needle is put where the search looks: appended to copies of the files, and into another process. */
  async planted() {
    const all = this.everything();
    const copy = path.join(this.site.folder, 'planted');
    this.site.copyStore(copy);
    for (const name of [
      'menshen.db',
      'menshen.db-wal',
      'menshen.db-shm',
      'menshen.db-journal',
      'temporary',
      'epoch/x.key',
    ])
      appendFileSync(path.join(copy, name), Buffer.concat(all.map(({ bytes }) => apart(bytes))));
    const places = 6;
    const hits = searchFiles([copy], all);
    const notFound = all.filter(
      ({ who, as }) => hits.filter((hit) => hit.who === who && hit.as === as).length < places,
    );
    this.found(
      'control: every form planted into every kind of file',
      `${all.length} forms, ${notFound.length} not found`,
      {
        held: notFound.length === 0,
      },
    );
    const held = path.join(copy, 'temporary');
    const holder = spawn(
      process.execPath,
      [
        '-e',
        `globalThis.held = require('fs').readFileSync(process.argv[1]); console.log('held'); setInterval(() => held[0], 1000)`,
        held,
      ],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    try {
      await once(holder.stdout, 'data');
      const inHolder = await this.inMemory(holder.pid ?? 0, all);
      this.found('control: every form planted into a process', `${inHolder.length} of ${all.length} found`, {
        held: inHolder.length === all.length,
      });
    } finally {
      holder.kill('SIGKILL');
      rmSync(copy, { recursive: true });
    }
  }

  /** A sweep may have taken somebody already. */
  tooLate() {
    return Date.now() >= this.expiresAtMs;
  }

  async everybodyGoes() {
    const idOf = (/** @type {string} */ who) => this.people.get(who)?.subjectId ?? '';
    const answers = [
      await this.call('DELETE', `/v1/subjects/${idOf('erased')}`),
      await this.call('DELETE', `/v1/subjects/${idOf('enrolled and erased')}`),
      await this.call('POST', `/v1/subjects/${idOf('withdrew')}/withdrawal`, { requester: 'self' }),
    ];
    await pause(this.expiresAtMs - Date.now() + 100);
    answers.push(await this.call('POST', '/v1/retention/sweep'));
    const expired = await this.call('GET', `/v1/subjects/${idOf('expired')}`);
    this.found('everybody went', `${answers.map(({ status }) => status)}, ${expired.status}`, {
      held: answers.every(({ status }) => status === 200) && expired.status === 404,
    });
    await pause(settleMs);
  }

  async searchEverything() {
    const wanted = [...this.gone, ...(this.epochNeedles ?? []), ...(this.rootNeedles ?? [])];
    const recognition = this.daemon.pidOf('vision/child.js');
    for (const [name, pid] of /** @type {[string, number][]} */ ([
      ['daemon', this.daemon.pid],
      ['recognition', recognition],
    ])) {
      const hits = await this.inMemory(pid, [...wanted, ...this.stays]);
      // SQLite keeps pages in its cache: what is sealed there has no key any more.
      const sealed = hits.filter(({ who, as }) => who !== 'stays' && as === 'sealed template').length;
      const bad = hits.filter(({ who, as }) => who !== 'stays' && as !== 'sealed template');
      const control = hits.some(({ who, as }) => who === 'stays' && as === 'float32 LE');
      const held = bad.length === 0 && (name === 'recognition' || control);
      this.found(
        `memory of ${name}`,
        `${textOf(bad)}${name === 'daemon' ? `; who stays is ${control ? 'seen' : 'not seen'}` : ''}${sealed > 0 ? `; ${sealed} sealed templates whose keys are gone lie in the database’s cache` : ''}`,
        { held },
      );
    }
    const folders = [this.site.folder, ...sharedMemory()];
    const bad = searchFiles(folders, wanted).filter(
      ({ place, as }) => !(place.endsWith('root.key') && as.startsWith('root key')),
    );
    this.found('database, log, free pages, epoch keys, temporary files, control folder, shared memory', textOf(bad), {
      held: bad.length === 0,
    });
    const plain = searchFiles(
      folders,
      this.stays.filter(({ as }) => as !== 'sealed template'),
    );
    this.found('nothing in the clear of who stays either', textOf(plain), { held: plain.length === 0 });
    await this.daemon.stop();
    const stopped = searchFiles(folders, wanted).filter(({ place }) => !place.endsWith('root.key'));
    this.found('the same after the service was stopped', textOf(stopped), { held: stopped.length === 0 });
  }

  /** Somebody with yesterday's disk and the keys of today. */
  async thief() {
    const today = path.join(this.site.folder, 'today');
    this.site.copyStore(today);
    this.found('control: today’s copy with today’s keys gives who stays', String(this.opensIn(today, 'stays')), {
      held: this.opensIn(today, 'stays') === 'opens',
    });
    const whole = path.join(this.site.folder, 'whole');
    cpSync(this.yesterday, whole, { recursive: true });
    this.found(
      'control: yesterday’s copy with yesterday’s keys gave who was erased',
      String(this.opensIn(whole, 'erased')),
      {
        held: this.opensIn(whole, 'erased') === 'opens',
      },
    );
    const mixed = path.join(this.site.folder, 'mixed');
    cpSync(this.yesterday, mixed, { recursive: true });
    rmSync(path.join(mixed, 'epoch'), { recursive: true });
    cpSync(path.join(this.site.storeFolder, 'epoch'), path.join(mixed, 'epoch'), { recursive: true });
    const answers = ['erased', 'withdrew', 'expired', 'enrolled and erased'].map(
      (who) => `${who}: ${this.opensIn(mixed, who)}`,
    );
    this.found('yesterday’s copy with today’s keys', answers.join('; '), {
      held: answers.every((text) => text.endsWith(': store-rolled-back')),
    });
    nameEpoch(mixed);
    const forged = ['erased', 'withdrew', 'expired', 'enrolled and erased'].map(
      (who) => `${who}: ${this.opensIn(mixed, who)}`,
    );
    this.found('the same, made to name today’s epoch', forged.join('; '), {
      held: forged.every((text) => text.endsWith(': integrity-violation')),
    });
  }

  /** @param {string} folder @param {string} who @returns {string} `opens`, or what was said */
  opensIn(folder, who) {
    const { subjectId = '', vector } = this.people.get(who) ?? {};
    try {
      const store = Store.open(folder, this.site.rootKey(), storeOptions);
      try {
        const [template] = store.templates.allOf(subjectId);
        if (template === undefined) return 'not there';
        const same = store.templates.withVector(template.id, (found) => found[7] === vector?.[7]);
        return same ? 'opens' : 'another template';
      } finally {
        store.close();
      }
    } catch (thrown) {
      return String(thrown instanceof Error && 'code' in thrown ? thrown.code : thrown);
    }
  }

  everything() {
    return [...this.gone, ...this.stays, ...(this.epochNeedles ?? []), ...(this.rootNeedles ?? [])];
  }

  /** @param {number} pid @param {readonly Needle[]} needles */
  async inMemory(pid, needles) {
    const counts = await scanProcessMemory(
      pid,
      needles.map(({ bytes }) => bytes),
    );
    return needles.filter((_, index) => (counts[index] ?? 0) > 0);
  }

  /** @param {'GET' | 'POST' | 'DELETE'} method @param {string} target @param {unknown} [body] */
  call(method, target, body) {
    return this.daemon.call(method, target, { key: this.site.keys.admin, ...(body === undefined ? {} : { body }) });
  }

  /** @param {string} what @param {string} seen @param {{ held: boolean }} verdict */
  found(what, seen, { held }) {
    this.findings.push({ what, seen, held });
  }

  async end() {
    await this.running?.stop('SIGKILL');
    rmSync(this.yesterday, { recursive: true, force: true });
    this.site.remove();
  }
}

/** Makes a copy of a database say that its epoch is the one whose key lies beside it. @param {string} folder */
function nameEpoch(folder) {
  const epoch = /\d+/.exec(readdirSync(path.join(folder, 'epoch'))[0] ?? '')?.[0] ?? '';
  const database = new Sqlite(path.join(folder, 'menshen.db'));
  database.prepare(`UPDATE meta SET value = ? WHERE name = 'epoch'`).run(Buffer.from(epoch));
  database.close();
}

const sharedMemory = () =>
  existsSync('/dev/shm')
    ? readdirSync('/dev/shm')
        .filter((name) => name.includes('menshen'))
        .map((name) => path.join('/dev/shm', name))
        .filter((name) => existsSync(name))
    : [];

/** @param {readonly { who: string, as: string, place?: string }[]} hits */
const textOf = (hits) =>
  hits.length === 0
    ? 'nothing'
    : hits
        .map(({ who, as, place }) => `${as} of ${who}${place === undefined ? '' : ` in ${path.basename(place)}`}`)
        .join('; ')
        .slice(0, 800);

const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {{ say: (text: string) => void }} options @returns {Promise<import('./run.mjs').Outcome>} */
export async function forensicsRun({ say }) {
  if (whyNoForensics !== undefined)
    return { held: true, skipped: true, line: whyNoForensics, detail: { skipped: whyNoForensics } };
  const findings = await forensics({ say });
  for (const { what, seen, held } of findings)
    process.stdout.write(`${held ? 'held  ' : 'BROKEN'}  ${what}: ${seen}\n`);
  const broken = findings.filter(({ held }) => !held);
  return {
    held: broken.length === 0,
    line: `${findings.length - broken.length} of ${findings.length} searches and controls as they must be${broken[0] === undefined ? '' : `; ${broken[0].what}: ${broken[0].seen}`}`,
    detail: { findings },
  };
}

/** With zeros behind it, and the next one at a multiple of four, where floats stand. @param {Uint8Array | Float32Array} needle */
function apart({ buffer, byteOffset, byteLength }) {
  const room = Buffer.alloc(4 * Math.ceil((byteLength + 5) / 4));
  room.set(new Uint8Array(buffer, byteOffset, byteLength));
  return room;
}
