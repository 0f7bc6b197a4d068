import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AuditTrail } from '../audit/index.js';
import {
  type BackupFacts,
  BackupMaker,
  type ErasedSince,
  type ReadOptions,
  type Restored,
  Restorer,
  readBackup,
} from '../backup/index.js';
import type { Config } from '../config/index.js';
import { type AuditPort, type Clock, MenshenError, type Randomness } from '../core/index.js';
import { canonicalJson } from '../crypto/index.js';
import { productVersion } from '../platform/index.js';
import { type Store, storeExists, syncFolder } from '../store/index.js';
import { makeAuthority } from './access.js';
import { createStore, type StoreAccess } from './open-store.js';

export interface RestoreRequest extends ReadOptions {
  readonly access: StoreAccess;
  readonly clock: Clock;
  readonly file: string;
  readonly since: ErasedSince;
  /** Beyond this a backup is refused: too much of what happened since is not known. */
  readonly oldestDays: number;
  /** Called between any two durable steps: what is on the disk then is what a crash would leave. */
  readonly afterStep?: (step: string) => void;
}

const dayMs = 86_400_000;
const slice = 200;

export function openBackups(parts: {
  config: Config;
  store: Store;
  audit: AuditPort;
  clock: Clock;
  randomness: Randomness;
  configFile: string | undefined;
}): BackupMaker {
  const { config, configFile } = parts;
  return new BackupMaker({
    ...parts,
    deviceId: config.device.id,
    version: productVersion(),
    configuration: () => (configFile === undefined ? canonicalJson(config) : readFileSync(configFile, 'utf8')),
  });
}

/**
 * Reads a backup without a store.
 *
 * @param configuration is told the configuration file in it, before it is known that the backup holds to its end.
 * @throws MenshenError `backup-invalid`.
 */
export function checkBackup(
  file: string,
  options: ReadOptions,
  configuration: (text: string) => void = () => undefined,
): Promise<BackupFacts> {
  return readBackup(fileAt(file), options, {
    begin: () => undefined,
    take: (line) => {
      if (line.t === 'configuration') configuration(line.text);
    },
  });
}

/**
 * Makes the configured store from a backup. The whole file is checked first; then all is written into a folder inside the
 * store's own, and the database takes its place last: whatever cuts this leaves no store that opens.
 *
 * @throws MenshenError `store-exists`, `backup-invalid`, `clock-suspect`, and others of the store.
 */
export async function restoreStore(request: RestoreRequest): Promise<{ facts: BackupFacts; restored: Restored }> {
  const { access, clock, afterStep = () => undefined } = request;
  const { folder } = access.config.store;
  prepareFolder(folder);
  const facts = await checkBackup(request.file, request);
  checkAge(facts, clock.wallMs(), request.oldestDays);
  const staging = join(folder, stagingName);
  mkdirSync(staging, { recursive: true, mode: 0o700 });
  let restored: Restored;
  try {
    restored = await written(request, facts, staging);
  } catch (thrown) {
    // Nothing in it is of use; a power cut leaves it to the next try.
    rmSync(staging, { recursive: true, force: true });
    throw thrown;
  }
  putInPlace(folder, staging, afterStep);
  return { facts, restored };
}

/** The whole store, in a folder where nobody looks for one. */
async function written(request: RestoreRequest, facts: BackupFacts, staging: string): Promise<Restored> {
  const { access, clock, since, afterStep = () => undefined } = request;
  const config = { ...access.config, store: { ...access.config.store, folder: staging } };
  const store = createStore({ ...access, config });
  try {
    afterStep('store made');
    const audit = new AuditTrail(store, clock);
    const restorer = new Restorer({ store, audit, clock, since, deviceId: config.device.id });
    const again = await readBackup(fileAt(request.file), request, inSlices(store, restorer, afterStep));
    // Whoever could change the file between the two readings would have restored what nobody looked at.
    if (again.backupId !== facts.backupId) throw new MenshenError('backup-invalid', 'The file was changed meanwhile.');
    const restored = restorer.finish(again);
    afterStep('records written');
    await makeAuthority(config, store, clock, access.randomness);
    store.truncateLog();
    return restored;
  } finally {
    store.close();
  }
}

const stagingName = 'restoring';
const databaseName = 'menshen.db';

/** Some records a transaction; what is not yet written at the end goes with `end`. */
function inSlices(store: Store, restorer: Restorer, afterStep: (step: string) => void) {
  let waiting: Parameters<Restorer['take']>[0][] = [];
  const write = () => {
    const lines = waiting;
    waiting = [];
    store.provisionalTransaction(() => {
      for (const line of lines) restorer.take(line);
    });
    afterStep('slice written');
  };
  return {
    begin: (former: Parameters<Restorer['begin']>[0]) => store.transaction(() => restorer.begin(former)),
    take: (line: (typeof waiting)[number]) => {
      waiting.push(line);
      if (waiting.length >= slice) write();
    },
    end: write,
  };
}

/** Empty, or with nothing in it but what a cut restore left. */
function prepareFolder(folder: string): void {
  if (storeExists(folder))
    throw new MenshenError(
      'store-exists',
      `${folder} holds a store already; it is left as it is. Restore into an empty folder.`,
    );
  if (!existsSync(folder)) return;
  const names = readdirSync(folder);
  if (names.length > 0 && !names.includes(stagingName))
    throw new MenshenError('store-exists', `${folder} is not empty. Restore into an empty folder.`);
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
}

function checkAge({ madeAt }: BackupFacts, nowMs: number, oldestDays: number): void {
  const ageDays = (nowMs - Date.parse(madeAt)) / dayMs;
  if (ageDays < 0)
    throw new MenshenError(
      'clock-suspect',
      `The clock shows a time before the backup was made (${madeAt}). Set it first.`,
    );
  if (ageDays > oldestDays)
    throw new MenshenError(
      'backup-invalid',
      `It is ${Math.floor(ageDays)} days old; whoever was erased or changed since is in it as they were. Take a newer one, or say with --older that there is none.`,
    );
}

/** The database last: until it is there the folder holds no store. */
function putInPlace(folder: string, staging: string, afterStep: (step: string) => void): void {
  const names = readdirSync(staging).filter((name) => name !== databaseName);
  for (const name of names) {
    renameSync(join(staging, name), join(folder, name));
    afterStep(`${name} in place`);
  }
  syncFolder(staging);
  syncFolder(folder);
  renameSync(join(staging, databaseName), join(folder, databaseName));
  syncFolder(folder);
  afterStep('in place');
  rmSync(staging, { recursive: true, force: true });
}

async function* fileAt(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of createReadStream(path)) yield piece as Uint8Array;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    if (cause instanceof MenshenError) throw cause;
    throw new MenshenError('backup-invalid', `${path} cannot be read (${code}).`, { cause });
  }
}
