import { chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runConfined } from './confined.mjs';
import { CheckFailure, say } from './tools.mjs';

/** @typedef {import('./build.mjs').OpenImage} OpenImage */

const insideFolder = fileURLToPath(new URL('./inside/', import.meta.url));

/**
 * The whole story, as `docker run menshen-demo` tells it.
 *
 * @param {OpenImage} image
 */
export function checkDemonstration(image) {
  say('\ndemonstration, inside the image:');
  const { Entrypoint, Cmd } = image.config;
  runConfined(image, [...Entrypoint, ...(Cmd ?? [])], { memory: ['/app/var/demo/run'], timeoutMs: 600_000 });
}

/**
 * A site as docker/compose.yaml runs one: `init` with folders that can be written, then the terminal with the store
 * alone writable.
 *
 * @param {OpenImage} image
 * @param {OpenImage} demo has the recording that stands in for the camera
 */
export function checkSite(image, demo) {
  say('\nsite, inside the image:');
  const folder = mkdtempSync(path.join(tmpdir(), 'menshen-docker-'));
  try {
    const at = siteFolders(folder, demo);
    const env = { MENSHEN_CONFIG: '/etc/menshen/menshen.yaml' };
    const fixed = { '/etc/menshen': at.site, '/video': at.video };
    runConfined(image, [...image.config.Entrypoint, 'init'], {
      env,
      readOnly: fixed,
      writable: { '/run/secrets': at.secrets, '/var/lib/menshen': at.store },
    });
    runConfined(image, ['node', '/check/site.mjs'], {
      env,
      readOnly: { ...fixed, '/run/secrets/root.key': path.join(at.secrets, 'root.key'), '/check': insideFolder },
      writable: { '/var/lib/menshen': at.store },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @param {OpenImage} demo
 */
function siteFolders(folder, demo) {
  const make = (/** @type {string} */ name) => {
    const made = path.join(folder, name);
    mkdirSync(made, { mode: 0o700 });
    chownSync(made, 10_001, 10_001);
    return made;
  };
  const at = { site: make('site'), video: make('video'), secrets: make('secrets'), store: make('store') };
  const recording = path.join(demo.root, 'app/var/demo/recording.mp4');
  if (!existsSync(recording)) throw new CheckFailure('The demo image has no var/demo/recording.mp4.');
  for (const [from, to] of [
    [recording, path.join(at.video, 'camera.mp4')],
    [path.join(insideFolder, 'site.yaml'), path.join(at.site, 'menshen.yaml')],
  ]) {
    copyFileSync(String(from), String(to));
    chownSync(String(to), 10_001, 10_001);
  }
  return at;
}
