import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CheckFailure } from './tools.mjs';

const userId = 10_001;
/** As docker/compose.yaml says. */
const wantedMemoryLockBytes = 64 * 1024 ** 2;

/**
 * @typedef {object} Mounts paths in the image on the left
 * @property {Record<string, string>} [readOnly] files and folders of this machine
 * @property {Record<string, string>} [writable] the same
 * @property {string[]} [memory] empty folders in memory that belong to the image's user
 */

/**
 * Runs a command in an image as docker/compose.yaml would have an engine run it: unprivileged user, read-only root file
 * system, no network but loopback, no capabilities, no new privileges, locked memory limited, no core files. Made of
 * what util-linux has, since buildah's chroot isolation gives none of these.
 *
 * @param {import('./build.mjs').OpenImage} image
 * @param {string[]} command
 * @param {Mounts & { env?: Record<string, string>, timeoutMs?: number }} options
 */
export function runConfined({ root, config }, command, { env = {}, timeoutMs = 300_000, ...mounts }) {
  const script = [
    'set -eu',
    'mount --make-rprivate /',
    `mount --bind ${quoted(root)} ${quoted(root)}`,
    ...mountLines(root, mounts),
    `mount -o remount,bind,ro ${quoted(root)}`,
    'ip link set lo up',
    `exec ${[...limits(), ...insideAs(root, config), ...command].map(quoted).join(' ')}`,
  ].join('\n');
  const namespaces = ['--mount', '--net', '--ipc', '--uts', '--pid', '--fork', '--kill-child=SIGKILL'];
  const ran = spawnSync('unshare', [...namespaces, 'sh', '-c', script], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...environmentOf(config), ...env },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  if (ran.status !== 0)
    throw new CheckFailure(
      `${command.join(' ')} failed in the image (${ran.error?.message ?? ran.signal ?? `exit code ${ran.status}`}); see above.`,
    );
}

/**
 * @param {string} root
 * @param {Mounts} mounts
 */
function mountLines(root, { readOnly = {}, writable = {}, memory = [] }) {
  const tmpfs = 'rw,noexec,nosuid,nodev,size=64m';
  const lines = [
    `mount -t proc -o nosuid,nodev,noexec proc ${quoted(pointIn(root, '/proc'))}`,
    `mount -t tmpfs -o ${tmpfs},mode=1777 tmpfs ${quoted(pointIn(root, '/tmp'))}`,
    ...['/dev/null', '/dev/zero', '/dev/random', '/dev/urandom'].map(
      (device) => `mount --bind ${device} ${quoted(pointIn(root, device, device))}`,
    ),
    ...memory.map(
      (to) => `mount -t tmpfs -o ${tmpfs},uid=${userId},gid=${userId},mode=0700 tmpfs ${quoted(pointIn(root, to))}`,
    ),
  ];
  for (const [to, from] of Object.entries({ ...writable, ...readOnly })) {
    const point = quoted(pointIn(root, to, from));
    lines.push(`mount --bind ${quoted(from)} ${point}`);
    if (to in readOnly) lines.push(`mount -o remount,bind,ro ${point}`);
  }
  return lines;
}

/**
 * @param {string} root
 * @param {string} to
 * @param {string} [like] what will be mounted there
 * @returns {string} a place to mount on, made when the image has none, as an engine does
 */
function pointIn(root, to, like) {
  const point = path.join(root, to);
  if (lstatSync(point, { throwIfNoEntry: false }) !== undefined) return point;
  if (like === undefined || lstatSync(like).isDirectory()) {
    mkdirSync(point, { recursive: true });
  } else {
    mkdirSync(path.dirname(point), { recursive: true });
    writeFileSync(point, '');
  }
  return point;
}

function limits() {
  const memoryLock = Math.min(wantedMemoryLockBytes, ownMemoryLockBytes());
  return [
    ...['prlimit', `--memlock=${memoryLock}:${memoryLock}`, '--core=0:0'],
    // The three are for entering the image; changing the user drops them, and nothing inside regains one.
    ...['setpriv', '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all,+sys_chroot,+setuid,+setgid'],
  ];
}

/** A limit that this machine sets itself may be out of reach even for its root. */
function ownMemoryLockBytes() {
  const hard = /^Max locked memory\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return hard === undefined || hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}

/**
 * @param {string} root
 * @param {import('./build.mjs').ImageConfig} config
 */
function insideAs(root, { WorkingDir, User }) {
  const [user, group] = User.split(':');
  if (user !== String(userId)) throw new CheckFailure(`The image starts as user ${User}, not as ${userId}.`);
  return ['unshare', `--root=${root}`, `--wd=${WorkingDir}`, `--setgid=${group ?? user}`, `--setuid=${user}`];
}

/** @param {import('./build.mjs').ImageConfig} config */
function environmentOf({ Env }) {
  const image = Object.fromEntries(
    Env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  // The programs that lead into the image are this machine's.
  return { ...image, PATH: `/usr/sbin:/usr/bin:/sbin:/bin:${image.PATH ?? ''}` };
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
