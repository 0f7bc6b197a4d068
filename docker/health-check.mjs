import { request } from 'node:http';
import { join } from 'node:path';
import { loadConfig } from '../dist/config/index.js';

// Over the owner's socket: no port, no certificate and no key are needed, and none is held here.
const configPath = process.argv[2] ?? process.env.MENSHEN_CONFIG ?? '/etc/menshen/menshen.yaml';
const { store } = loadConfig(configPath);
const answer = await healthOver(join(store.folder, 'control.sock'));
const health = JSON.parse(answer);
process.stdout.write(`${answer}\n`);
// Face recognition may be off for good reasons. A gate is ill when nobody can pass it any more.
const open = Object.values(health.methods).some(({ works }) => works);
process.exitCode = open ? 0 : 1;

/**
 * @param {string} socketPath
 * @returns {Promise<string>}
 */
function healthOver(socketPath) {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/v1/health', timeout: 4000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        body += text;
      });
      response.on('end', () =>
        response.statusCode === 200 ? resolve(body) : reject(new Error(`/v1/health answered ${response.statusCode}`)),
      );
    });
    asked.on('timeout', () => asked.destroy(new Error('/v1/health did not answer within 4 s')));
    asked.on('error', reject);
    asked.end();
  });
}
