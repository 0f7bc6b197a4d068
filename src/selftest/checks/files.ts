import { statSync } from 'node:fs';
import type { Config } from '../../config/index.js';
import { failed, notAssessed, passed, type SelfTestCheck } from '../check.js';

const othersOrGroup = 0o077;
const othersMayWrite = 0o002;
const groupMayWrite = 0o020;

/** The root key lies where this user alone can read it. */
export function keyFileCheck({ store }: Pick<Config, 'store'>): SelfTestCheck {
  return {
    id: 'key-file-private',
    clause: 'M14.1',
    critical: true,
    run: () => {
      if (store.key.kind !== 'file') return notAssessed(`the root key is a ${store.key.kind}, not a file`);
      const mode = modeOf(store.key.path);
      return (mode & othersOrGroup) === 0
        ? passed(`mode ${octal(mode)}`)
        : failed(`${store.key.path} has mode ${octal(mode)}: chmod 600 it, and think about who has read it`);
    },
  };
}

/** Nobody else reaches the store. */
export function storeFolderCheck({ store }: Pick<Config, 'store'>): SelfTestCheck {
  return {
    id: 'store-folder-private',
    clause: 'M14.3',
    critical: true,
    run: () => {
      const mode = modeOf(store.folder);
      return (mode & othersOrGroup) === 0
        ? passed(`mode ${octal(mode)}`)
        : failed(`${store.folder} has mode ${octal(mode)}: chmod 700 it`);
    },
  };
}

/** Whoever may write the configuration decides about thresholds and purposes. */
export function configurationFileCheck(path: string | undefined): SelfTestCheck {
  return {
    id: 'configuration-file-guarded',
    clause: 'M14.3',
    critical: true,
    run: () => {
      if (path === undefined) return notAssessed('the configuration is not a file of the operator’s');
      const mode = modeOf(path);
      if ((mode & othersMayWrite) !== 0)
        return failed(`everybody may write ${path} (mode ${octal(mode)}): chmod 640 it`);
      // A group of one's own is common, and who is in it cannot be told from here.
      if ((mode & groupMayWrite) !== 0)
        return notAssessed(`a group may write ${path} (mode ${octal(mode)}): see who is in it`);
      return passed(`mode ${octal(mode)}`);
    },
  };
}

/** What this process creates is not writable for others. The store's own files state their modes themselves. */
export function umaskCheck(umask: () => number): SelfTestCheck {
  return {
    id: 'umask',
    clause: 'M14.3',
    critical: false,
    run: () => {
      const mask = umask();
      return (mask & (othersMayWrite | groupMayWrite)) === (othersMayWrite | groupMayWrite)
        ? passed(octal(mask))
        : failed(`${octal(mask)}: new files could be written by others; set UMask=0077 in the service unit`);
    },
  };
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;
const octal = (mode: number): string => mode.toString(8).padStart(4, '0');
