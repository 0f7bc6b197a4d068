import { readFileSync } from 'node:fs';
import { MenshenError } from '../core/index.js';

export const runsAsRoot = (): boolean => process.getuid?.() === 0;

/** What this process and its programs create can be opened by their user alone. */
export const keepFilesPrivate = (): void => void process.umask(0o077);

/**
 * Becomes another user for good: groups first, because only root may change them. What is started later is that user too.
 *
 * @throws MenshenError `act-refused` when this is not root, the user is root or not there, or the way back is still open
 */
export function becomeUser(name: string): void {
  const { setuid, setgid } = process;
  // Not in Node's types.
  const initgroups: unknown = Reflect.get(process, 'initgroups');
  if (!runsAsRoot() || setuid === undefined || setgid === undefined || typeof initgroups !== 'function')
    throw refused('only a service started as root can become another user; leave --user out.');
  const { uid, gid } = accountOf(name);
  if (uid === 0) throw refused(`${name} is root.`);
  initgroups(name, gid);
  setgid(gid);
  setuid(uid);
  if (process.geteuid?.() !== uid || process.getegid?.() !== gid || canGoBack(setuid))
    throw refused('the rights of root could not be given up.');
}

/** Fields of a line: name, password, uid, gid; users of a directory service are not looked for. */
function accountOf(name: string): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined || !/^\d+$/.test(uid) || !/^\d+$/.test(gid))
    throw refused(`there is no user ${name} in /etc/passwd. Make one: useradd --system ${name}.`);
  return { uid: Number(uid), gid: Number(gid) };
}

function canGoBack(setuid: (id: number) => void): boolean {
  try {
    setuid(0);
    return true;
  } catch {
    // Not permitted: as it must be.
    return false;
  }
}

const refused = (why: string): MenshenError => new MenshenError('act-refused', `The service does not start: ${why}`);
