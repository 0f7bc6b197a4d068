import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { aptSources, sourcesOfRelease } from './apt-sources.mjs';
import { buildah, buildahAnswer, removeContainer } from './buildah.mjs';
import { answerOf, CheckFailure, run, say } from './tools.mjs';

/** The Debian of the official image that docker/Dockerfile names. */
const release = 'bookworm';
const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * A stand-in for the official slim Node image: Debian's smallest system, and this machine's Node with npm and headers.
 * Made once.
 *
 * @param {string} folder
 * @param {{ rebuild: boolean, mirror?: string }} options
 * @returns {string} the image's name
 */
export function localBase(folder, { rebuild, mirror }) {
  const name = `localhost/menshen-base:${release}-node${process.versions.node}`;
  if (!rebuild && buildahAnswer(folder, ['images', '--format', '{{.Name}}:{{.Tag}}']).split('\n').includes(name)) {
    say(`base: ${name} is there`);
    return name;
  }
  say(`base: making ${name} with debootstrap (a minute or two)`);
  const sources = ownSources(mirror);
  const container = buildahAnswer(folder, ['from', 'scratch']);
  try {
    const root = buildahAnswer(folder, ['mount', container]);
    run('debootstrap', ['--variant=minbase', release, root, sources.mirror]);
    writeAptConfiguration(root, sources.lines);
    copyNode(root);
    buildah(folder, ['config', '--env', `PATH=${standardPath}`, container]);
    buildah(folder, ['commit', '--quiet', '--format', 'docker', container, name]);
  } finally {
    removeContainer(folder, container);
  }
  return name;
}

/** @param {string | undefined} wantedMirror */
function ownSources(wantedMirror) {
  if (wantedMirror !== undefined) return { mirror: wantedMirror, lines: [`deb ${wantedMirror} ${release} main`] };
  const files = ['/etc/apt/sources.list', ...namesIn('/etc/apt/sources.list.d')].filter((file) => existsSync(file));
  const { mirror, lines } = sourcesOfRelease(
    files.flatMap((file) => aptSources(readFileSync(file, 'utf8'))),
    release,
  );
  if (mirror === undefined)
    throw new CheckFailure(`/etc/apt names no source of Debian ${release}. Give one with --mirror URL.`);
  return { mirror, lines };
}

/** @param {string} folder */
function namesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => (/\.(list|sources)$/.test(name) ? [path.join(folder, name)] : []));
}

/**
 * The machine's sources, proxy and certificates. They stay in the base and the build stages: the final image starts from
 * nothing.
 *
 * @param {string} root
 * @param {string[]} sourceLines
 */
function writeAptConfiguration(root, sourceLines) {
  writeFileSync(path.join(root, 'etc/apt/sources.list'), `${sourceLines.join('\n')}\n`);
  const network = answerOf('apt-config', ['dump'])
    .split('\n')
    .filter((line) => /^Acquire::(https?|ftp|Check|Max-ValidTime|Retries)/i.test(line) && !line.endsWith('"";'));
  writeFileSync(path.join(root, 'etc/apt/apt.conf.d/90machine'), `${network.join('\n')}\n`);
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  if (existsSync(certificates)) {
    mkdirSync(path.join(root, 'etc/ssl/certs'), { recursive: true });
    copyFileSync(certificates, path.join(root, certificates));
  }
  for (const leftover of ['var/cache/apt/archives', 'var/lib/apt/lists', 'usr/share/man', 'usr/share/locale'])
    rmSync(path.join(root, leftover), { recursive: true, force: true });
  mkdirSync(path.join(root, 'var/cache/apt/archives/partial'), { recursive: true });
  mkdirSync(path.join(root, 'var/lib/apt/lists/partial'), { recursive: true });
}

/**
 * Where the official image has them: below /usr/local.
 *
 * @param {string} root
 */
function copyNode(root) {
  const prefix = path.resolve(path.dirname(process.execPath), '..');
  const headers = path.join(prefix, 'include/node');
  const npm = path.join(prefix, 'lib/node_modules/npm');
  for (const part of [path.join(headers, 'node_version.h'), npm])
    if (!existsSync(part))
      throw new CheckFailure(`${part} is not there. Run this with a Node from nodejs.org, which has npm and headers.`);
  const local = path.join(root, 'usr/local');
  copyFileSync(process.execPath, path.join(local, 'bin/node'));
  cpSync(headers, path.join(local, 'include/node'), { recursive: true });
  cpSync(npm, path.join(local, 'lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', path.join(local, 'bin/npm'));
  answerOf('chroot', [root, '/usr/local/bin/node', '--version']);
}
