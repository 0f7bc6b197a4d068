import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BackupMaker,
  type ErasedSince,
  newRecipient,
  nothingSince,
  type Opener,
  type Protection,
  parsedRecipient,
  parsedRecipientKey,
} from '#menshen/backup/index.js';
import type { Config } from '#menshen/config/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { type RestoreRequest, restoreStore } from '#menshen/terminal/index.js';
import { type Site, siteConfig } from './site.js';
import { tempFolder } from './temp-store.js';

const { publicText, secretText } = newRecipient(systemRandomness);
export const recipient: Protection = { kind: 'recipient', publicKey: parsedRecipient(publicText) };
export const openedByRecipient = (): Opener => ({ kind: 'recipient', key: parsedRecipientKey(secretText) });

export const configurationText = 'mode: live\n# the site wrote this\n';

export function makerOf(site: Site): BackupMaker {
  return new BackupMaker({ ...site, version: '0.1.0', configuration: () => configurationText });
}

/** A backup of the site, whole in memory. */
export async function backupOf(site: Site, protection: Protection = recipient): Promise<Buffer> {
  return collect(await makerOf(site).open(protection, 'local'));
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** The new device's configuration, with a folder that holds nothing yet. */
export function newDevice(folder: string = tempFolder()): Config {
  const config = siteConfig();
  mkdirSync(folder, { recursive: true });
  return {
    ...config,
    store: { ...config.store, folder: join(folder, 'store'), key: { kind: 'file', path: join(folder, 'root.key') } },
  };
}

export function fileWith(bytes: Uint8Array): string {
  const path = join(tempFolder(), 'backup');
  writeFileSync(path, bytes);
  return path;
}

export interface Restoring {
  readonly config?: Config;
  readonly since?: ErasedSince;
  readonly more?: Partial<RestoreRequest>;
}

export async function restoring(site: Site, bytes: Uint8Array, { config, since, more }: Restoring = {}) {
  const device = config ?? newDevice();
  const done = await restoreStore({
    access: { config: device, randomness: systemRandomness },
    ...{ clock: site.clock, file: fileWith(bytes), since: since ?? nothingSince, oldestDays: 30 },
    ...{ opener: openedByRecipient, deviceKey: site.store.signingKey.keyId, ...more },
  });
  return { ...done, config: device };
}
