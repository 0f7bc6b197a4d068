import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ApiKeyRing } from '../../dist/access/index.js';
import { AuditTrail } from '../../dist/audit/index.js';
import { systemClock, systemRandomness } from '../../dist/platform/index.js';
import { createKeyFile, readRootKey, Store } from '../../dist/store/index.js';
import { addConsent } from '../bench/consent.mjs';
import { Daemon } from '../bench/daemon.mjs';
import { asOwner } from './parts/owner.mjs';

export const dayMs = 86_400_000;
export const purpose = 'demonstration';
/** Not that of any pack: these templates are of nobody. */
export const derivedModel = 'derived';
const dimensions = 512;

/** @typedef {import('../demonstration-config.mjs').SiteConfig} SiteConfig */

/**
 * A throw-away site for breaking: the demonstration's configuration with PIN and card alone, unless a change says
 * otherwise; a store beside it; temporary files of the service in a folder of their own, where they are counted.
 */
export class BreakSite {
  /** @param {(config: SiteConfig) => void} [change] @param {string} [disk] where the store is put: a small disk, a faulty one */
  constructor(change = () => undefined, disk) {
    this.change = change;
    this.folder = mkdtempSync(path.join(tmpdir(), 'menshen-break-'));
    this.storeFolder = path.join(disk ?? this.folder, 'store');
    this.temporary = path.join(this.folder, 'tmp');
    mkdirSync(this.temporary);
    createKeyFile(path.join(this.folder, 'root.key'), systemRandomness);
    const store = Store.create(this.storeFolder, this.rootKey(), storeOptions);
    const audit = new AuditTrail(store, systemClock);
    const ring = new ApiKeyRing({ store, audit, clock: systemClock, randomness: systemRandomness });
    const secretOf = (/** @type {'operator' | 'panel' | 'auditor' | 'admin'} */ role) =>
      ring.add({ role, label: 'breaking', days: 30 }).secret;
    this.keys = { operator: secretOf('operator'), panel: secretOf('panel'), admin: secretOf('admin') };
    store.close();
    removed.add(this.folder);
  }

  /** A fresh copy each time: the store wipes what it is given. */
  rootKey() {
    return readRootKey({ kind: 'file', path: path.join(this.folder, 'root.key') });
  }

  /** The service, without waiting for it. @param {{ prefix?: readonly string[], environment?: Record<string, string> }} [options] */
  launch({ prefix = [], environment = {} } = {}) {
    const site = { folder: this.folder, operator: this.keys.operator, panel: this.keys.panel };
    const temporary = { TMPDIR: this.temporary };
    const daemon = new Daemon(
      { ...site, pin: '', pinPeople: [], people: 0 },
      (config) => {
        onlyPinAndCard(config);
        config.store.folder = this.storeFolder;
        this.change(config);
      },
      { prefix, environment: { ...temporary, ...environment } },
    );
    running.add(daemon);
    daemon.child.once('exit', () => running.delete(daemon));
    return daemon;
  }

  /** @param {{ prefix?: readonly string[], environment?: Record<string, string> }} [options] */
  async start(options) {
    const daemon = this.launch(options);
    await daemon.healthy();
    return daemon;
  }

  /**
   * As the device's owner, over their socket.
   *
   * @param {'GET' | 'POST' | 'PUT' | 'DELETE'} method @param {string} target @param {unknown} [body]
   * @returns {Promise<{ status: number, body: any }>}
   */
  asOwner(method, target, body) {
    return asOwner(path.join(this.storeFolder, 'control.sock'), method, target, body);
  }

  /** The store itself, while no service runs. @template T @param {(store: Store) => T} use @param {string} [folder] a copy */
  withStore(use, folder = this.storeFolder) {
    const store = Store.open(folder, this.rootKey(), storeOptions);
    try {
      return use(store);
    } finally {
      store.close();
    }
  }

  /** As a thief or a crash would take it: everything in the store's folder but sockets. @param {string} to */
  copyStore(to) {
    rmSync(to, { recursive: true, force: true });
    cpSync(this.storeFolder, to, { recursive: true, filter: (file) => !file.endsWith('.sock') });
    return to;
  }

  /** Not removed at the end: something is to be looked at. */
  keep() {
    removed.delete(this.folder);
    process.stderr.write(`kept for analysis: ${this.folder}\n`);
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
    removed.delete(this.folder);
  }
}

export const storeOptions = { randomness: systemRandomness, auditReserveMiB: 1 };

/** @type {Set<Daemon>} */
const running = new Set();
/** @type {Set<string>} */
const removed = new Set();
process.once('exit', () => {
  for (const daemon of running) daemon.child.kill('SIGKILL');
  for (const folder of removed) rmSync(folder, { recursive: true, force: true });
});

/** @param {SiteConfig} config */
function onlyPinAndCard(config) {
  config.face.enabled = false;
  config.cameras = [];
  for (const door of config.doors) delete door.camera;
  delete config.screen;
}

/**
 * Puts a person with a card, a consent and a template into the store; the template is a random unit vector, of nobody.
 *
 * @param {Store} store
 * @param {{ personNumber: string, cardNumber: string, personEndsAtMs?: number, consentEndsAtMs?: number, vector?: Float32Array, modelId?: string }} person
 * @returns {string} subject id
 */
export function putPerson(store, { personNumber, cardNumber, ...more }) {
  const nowMs = Date.now();
  const {
    personEndsAtMs = nowMs + 20 * dayMs,
    consentEndsAtMs = nowMs + 20 * dayMs,
    vector = randomUnitVector(),
    modelId = derivedModel,
  } = more;
  // The consent of somebody who is due is over already; their template was stored while it held.
  store.useClock({ wallMs: () => 0 });
  return store.transaction(() => {
    const times = { nowMs, expiresAtMs: personEndsAtMs };
    const { id: subjectId } = store.subjects.add({ personNumber, displayName: 'derived' }, 'adult', times);
    const consentId = `c-${subjectId}`;
    addConsent(store, { recordId: consentId, subjectId, givenAtMs: nowMs - dayMs, expiresAtMs: consentEndsAtMs });
    store.templates.add({
      ...{ subjectId, consentId, modelId, frames: 5, forIdentification: true, createdAtMs: nowMs, vector },
    });
    store.credentials.addCard(subjectId, cardNumber, nowMs);
    return subjectId;
  });
}

export function randomUnitVector() {
  const vector = Float32Array.from({ length: dimensions }, () => Math.random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
