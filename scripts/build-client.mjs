import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTypescript, { astToString } from 'openapi-typescript';

/** What panels call; people's data and the operator's own calls are not the client's business. */
const PANEL_TAGS = new Set(['public', 'verifications', 'events', 'listeners', 'doors', 'staff-calls']);

const HEAD = `/** Generated from the OpenAPI document by scripts/build-client.mjs. Do not edit; run it again after a change of a route. */
`;

/** @typedef {{ tags?: string[] }} Operation */
/** @typedef {{ paths: Record<string, Record<string, Operation>>, [member: string]: unknown }} Document */

/**
 * The types of the calls that panels make, as they are committed in `src/client/api.ts`. They come from the interface as
 * it is served: from `dist/`, which must be current.
 *
 * @param {string} root the project's folder
 * @returns {Promise<string>}
 */
export async function clientTypes(root) {
  const document = forPanels(await openApiDocument(root));
  const nodes = await openapiTypescript(
    /** @type {import('openapi-typescript').OpenAPI3} */ (/** @type {unknown} */ (document)),
  );
  return HEAD + astToString(nodes);
}

/** @param {string} root */
export const clientTypesFile = (root) => path.join(root, 'src', 'client', 'api.ts');

/**
 * @param {string} root
 * @returns {Promise<Document>}
 */
async function openApiDocument(root) {
  const room = (/** @type {string} */ name) => import(path.join(root, 'dist', name, 'index.js'));
  const [config, http, platform, terminal] = await Promise.all(['config', 'http', 'platform', 'terminal'].map(room));
  const folder = await mkdtemp(path.join(tmpdir(), 'menshen-client-'));
  const demonstration = config.loadConfig(path.join(root, 'config', 'demonstration.yaml'));
  const key = { kind: 'file', path: path.join(folder, 'root.key') };
  const site = { ...demonstration, store: { ...demonstration.store, folder: path.join(folder, 'store'), key } };
  const ports = {
    clock: platform.systemClock,
    timers: platform.systemTimers,
    randomness: platform.systemRandomness,
    logger: { log: () => undefined },
  };
  const store = terminal.createStore({ config: site, randomness: ports.randomness });
  const device = new terminal.Terminal(site, store, ports, { withCameras: false });
  const server = await http.buildServer(device.services, { local: true });
  try {
    return server.swagger();
  } finally {
    await server.close();
    await device.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Document} document
 * @returns {Document}
 */
function forPanels(document) {
  const paths = Object.entries(document.paths).flatMap(([url, operations]) => {
    const kept = Object.entries(operations).filter(([, { tags }]) => tags?.some((tag) => PANEL_TAGS.has(tag)));
    return kept.length === 0 ? [] : [/** @type {const} */ ([url, Object.fromEntries(kept)])];
  });
  return { ...document, paths: Object.fromEntries(paths.sort(([one], [other]) => (one < other ? -1 : 1))) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
  const [types, before] = [await clientTypes(root), await readFile(clientTypesFile(root), 'utf8').catch(() => '')];
  if (types !== before) await writeFile(clientTypesFile(root), types);
  process.stdout.write(`src/client/api.ts: ${types === before ? 'current' : 'written'}\n`);
}
