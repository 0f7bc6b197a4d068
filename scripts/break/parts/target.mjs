import path from 'node:path';
import { demonstrationAssessment } from '../../../dist/cli/demonstration.js';
import { Daemon } from '../../bench/daemon.mjs';
import { copyOfSite } from '../../bench/people.mjs';

/** As many as the default pack’s evaluation supports for identification, at most. */
const people = 50;

/**
 * The real service over a throw-away demonstration site of its own, the recording as its camera, face mode on.
 *
 * @param {(config: import('../../demonstration-config.mjs').SiteConfig) => void} [change]
 */
export async function openTarget(change) {
  const site = await copyOfSite(people);
  const daemon = new Daemon(site, change);
  try {
    await daemon.healthy();
    await daemon.call('POST', '/v1/assessments', { key: site.operator, body: demonstrationAssessment });
  } catch (fault) {
    await daemon.stop();
    throw fault;
  }
  return { daemon, site, socketPath: path.join(site.folder, 'store', 'control.sock') };
}
