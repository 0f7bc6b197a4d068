import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from './setup/context.mjs';

/** @typedef {Record<string, any>} SiteConfig what stands in the YAML file; the service checks it */

/**
 * The demonstration's configuration for a throw-away site: its recording as the camera, any free port, a store beside
 * the configuration file.
 *
 * @param {(config: SiteConfig) => void} [change] changes to it
 * @returns {SiteConfig}
 */
export function demonstrationConfig(change = () => undefined) {
  /** @type {SiteConfig} */
  const config = parse(readFileSync(path.join(projectRoot, 'config', 'demonstration.yaml'), 'utf8'));
  config.cameras[0].source.path = path.join(projectRoot, 'var', 'demo', 'recording.mp4');
  config.store = { folder: 'store', key: { kind: 'file', path: 'root.key' }, auditReserveMiB: 1 };
  config.http = { port: 0 };
  config.log = { level: 'info' };
  change(config);
  return config;
}
