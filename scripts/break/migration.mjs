import { cpSync, rmSync, watch } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { verifyAudit } from '../../dist/audit/index.js';
import { Store } from '../../dist/store/index.js';
import { migrations } from '../../dist/store/migrations/index.js';
import { seededRandom } from '../demo-recording/random.mjs';
import { makeLegacy } from './legacy-store.mjs';
import { BreakSite, putPerson, storeOptions } from './site.mjs';

const people = 30;
/** The first schema that has what a daemon of the first day wrote. */
const oldSchema = 2;

/**
 * Kills the service while it brings a store of an older schema up to date, and looks whether the next start finds
 * everybody.
 *
 * @param {{ times: number, seed: number, onProgress?: (text: string) => void }} options
 */
export async function killMigrations({ times, seed, onProgress = () => undefined }) {
  const random = seededRandom(seed);
  const site = new BreakSite();
  const old = path.join(site.folder, 'old');
  /** @type {string[]} */
  const broken = [];
  const seen = { kills: 0, beforeIt: 0, afterIt: 0 };
  try {
    const subjects = fill(site);
    site.copyStore(old);
    makeLegacy(old, () => site.rootKey());
    makeOld(path.join(old, 'menshen.db'));
    for (; seen.kills < times && broken.length === 0; onProgress(`${seen.kills} kills of a migration`)) {
      rmSync(site.storeFolder, { recursive: true });
      cpSync(old, site.storeFolder, { recursive: true });
      broken.push(...(await killAtFirstWrite(site, random)));
      seen.kills += 1;
      const version = versionOf(site);
      if (version === oldSchema) seen.beforeIt += 1;
      else if (version === migrations.length) seen.afterIt += 1;
      else broken.push(`half a migration was committed: schema ${version}`);
      // Once by the service itself, which is what comes next at a gate.
      if (seen.kills === times) broken.push(...(await notServed(site, subjects)));
      broken.push(...(await problems(site, subjects)));
    }
  } catch (thrown) {
    broken.push(String(thrown));
  } finally {
    site.remove();
  }
  return { ...seen, seed, broken };
}

/** @param {BreakSite} site */
function fill(site) {
  return site.withStore((store) =>
    Array.from({ length: people }, (_, n) => putPerson(store, { personNumber: `N${n}`, cardNumber: `C0DE${n}` })),
  );
}

/**
 * Takes back what the later migrations made, by comparing what the scripts make up to the old schema and up to the
 * newest: tables, indexes and columns that are only in the newest go. A table that got another key is made anew, empty.
 *
 * @param {string} file
 */
function makeOld(file) {
  const [before, now] = [shapeOf(migrations.slice(0, oldSchema)), shapeOf(migrations)];
  const db = new Sqlite(file);
  try {
    for (const [name, { type, sql, columns, key }] of now) {
      const was = before.get(name);
      if (was === undefined) {
        if (type === 'table') db.exec(`DROP TABLE IF EXISTS "${name}"`);
        else db.exec(`DROP ${type} IF EXISTS "${name}"`);
        continue;
      }
      if (was.key !== key || (type === 'index' && was.sql !== sql)) {
        db.exec(`DROP ${type} "${name}"; ${was.sql}`);
        continue;
      }
      for (const column of columns)
        if (!was.columns.includes(column)) db.exec(`ALTER TABLE "${name}" DROP COLUMN "${column}"`);
    }
    db.pragma(`user_version = ${oldSchema}`);
  } finally {
    db.close();
  }
}

/** @param {readonly string[]} scripts */
function shapeOf(scripts) {
  const db = new Sqlite(':memory:');
  for (const script of scripts) db.exec(script);
  const all = /** @type {{ type: string, name: string, sql: string }[]} */ (
    db.prepare(`SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type`).all()
  );
  const shape = new Map(
    all.map(({ type, name, sql }) => {
      const columns = /** @type {{ name: string, pk: number }[]} */ (db.pragma(`table_info("${name}")`));
      const key = columns
        .filter(({ pk }) => pk > 0)
        .map((column) => column.name)
        .join();
      return [name, { type, sql, key, columns: columns.map((column) => column.name) }];
    }),
  );
  db.close();
  return shape;
}

/**
 * The migration is the first thing that is written.
 *
 * @param {BreakSite} site @param {() => number} random @returns {Promise<string[]>} what went wrong before the kill
 */
async function killAtFirstWrite(site, random) {
  const daemon = site.launch();
  await new Promise((resolve) => {
    const watcher = watch(site.storeFolder, () => {
      watcher.close();
      setTimeout(() => resolve(undefined), random() * 40);
    });
    daemon.child.once('exit', () => resolve(undefined));
  });
  const endedByItself = daemon.ended();
  await daemon.stop('SIGKILL');
  return endedByItself ? [`the service ended by itself with ${daemon.child.exitCode}: ${daemon.log.slice(-500)}`] : [];
}

/** Read from a copy: opening it brings the log over. @param {BreakSite} site */
function versionOf(site) {
  const copy = site.copyStore(path.join(site.folder, 'looked-at'));
  const db = new Sqlite(path.join(copy, 'menshen.db'));
  const version = Number(db.pragma('user_version', { simple: true }));
  db.close();
  return version;
}

/** Who is not there once the service has started over what was left. @param {BreakSite} site @param {readonly string[]} subjects */
async function notServed(site, subjects) {
  const daemon = await site.start();
  const answers = await Promise.all(subjects.map((id) => site.asOwner('GET', `/v1/subjects/${id}`)));
  await daemon.stop();
  const missing = answers.filter(
    ({ status, body }) => status !== 200 || body.consent === 'none' || body.cards?.length !== 1,
  );
  return missing.length === 0
    ? []
    : [`the service has ${missing.length} people no more: ${JSON.stringify(missing[0])}`];
}

/** By opening what was left as the next start does. @param {BreakSite} site @param {readonly string[]} subjects @returns {Promise<string[]>} */
async function problems(site, subjects) {
  const store = Store.open(site.storeFolder, site.rootKey(), storeOptions);
  try {
    const lost = subjects.filter(
      (id) => store.subjects.get(id) === undefined || store.templates.allOf(id).length !== 1,
    );
    const closed = subjects.filter((id) => !opens(store, id));
    const chain = await verifyAudit(store);
    return [
      ...(closed.length > 0 ? [`${closed.length} templates do not open after a migration that was cut`] : []),
      ...(lost.length > 0 ? [`${lost.length} people are gone after a migration that was cut`] : []),
      ...(chain.intact ? [] : [`the audit does not verify: ${JSON.stringify(chain)}`]),
    ];
  } finally {
    store.close();
  }
}

/** @param {Store} store @param {string} subjectId */
function opens(store, subjectId) {
  const [template] = store.templates.allOf(subjectId);
  return template !== undefined && store.templates.withVector(template.id, ({ length }) => length > 0);
}
