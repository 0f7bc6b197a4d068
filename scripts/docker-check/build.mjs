import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../setup/context.mjs';
import { buildah, buildahAnswer, removeContainer } from './buildah.mjs';
import { answerOf, say } from './tools.mjs';

/**
 * @param {string} folder
 * @param {{ base: string, name: string, target?: string }} image
 * @returns {string} the image's name
 */
export function buildImage(folder, { base, name, target }) {
  say(`\nbuild: ${name} on ${base}`);
  const secrets = writeSecrets(path.join(folder, 'secrets'));
  try {
    buildah(folder, [
      'build',
      '--layers',
      // Health checks are no part of the OCI format.
      ...['--format', 'docker', '--network', 'host'],
      ...['--file', path.join(projectRoot, 'docker', 'Dockerfile')],
      ...['--ignorefile', path.join(projectRoot, 'docker', 'Dockerfile.dockerignore')],
      ...['--build-arg', `BASE_IMAGE=${base}`],
      ...(target === undefined ? [] : ['--target', target]),
      ...secrets.flatMap((secret) => ['--secret', secret]),
      ...['--tag', name, projectRoot],
    ]);
  } finally {
    rmSync(path.join(folder, 'secrets'), { recursive: true, force: true });
  }
  return name;
}

/**
 * @typedef {object} OpenImage
 * @property {string} root the image's file system, as a folder
 * @property {ImageConfig} config
 * @property {() => void} close
 */

/** @typedef {{ Env: string[], User: string, WorkingDir: string, Entrypoint: string[], Cmd: string[] | null }} ImageConfig */

/**
 * @param {string} folder
 * @param {string} name
 * @returns {OpenImage}
 */
export function imageFolder(folder, name) {
  const container = buildahAnswer(folder, ['from', name]);
  const { Docker } = JSON.parse(buildahAnswer(folder, ['inspect', '--type', 'image', name]));
  return {
    root: buildahAnswer(folder, ['mount', container]),
    config: Docker.config,
    close: () => removeContainer(folder, container),
  };
}

/**
 * npm's own settings of this machine, for the build's duration: where packages come from and what is trusted, and
 * nothing about this machine's folders.
 *
 * @param {string} folder
 * @returns {string[]} for `--secret`
 */
function writeSecrets(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = ['globalconfig', 'userconfig'].map((key) => answerOf('npm', ['config', 'get', key]));
  const lines = files
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => !/^\s*(nodedir|prefix|cache|cafile|globalconfig|userconfig|python)\s*=/.test(line));
  const npmrc = path.join(folder, 'npmrc');
  writeFileSync(npmrc, `${lines.join('\n')}\n`, { mode: 0o600 });
  const certificates = [process.env.NODE_EXTRA_CA_CERTS, '/etc/ssl/certs/ca-certificates.crt'].find(
    (file) => file !== undefined && existsSync(file),
  );
  return [`id=npmrc,src=${npmrc}`, ...(certificates === undefined ? [] : [`id=ca,src=${certificates}`])];
}
