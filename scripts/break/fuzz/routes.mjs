/**
 * @typedef {Record<string, any>} Schema of JSON, as the document has it
 *
 * @typedef {object} Route
 * @property {string} method
 * @property {string} path with `{names}`
 * @property {Schema | undefined} body
 * @property {readonly { name: string, schema: Schema }[]} parameters of the path
 * @property {readonly { name: string, schema: Schema, required: boolean }[]} query
 * @property {boolean} screen called by the gate’s screen with its cookie
 * @property {number} weight how often, beside the others
 */

/** Every call of the served document. @param {Record<string, any>} document @returns {Route[]} */
export function routesOf(document) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(/** @type {Record<string, any>} */ (methods)).map(([method, operation]) => {
      const parameters = operation.parameters ?? [];
      const of = (/** @type {string} */ where) => parameters.filter((/** @type {any} */ each) => each.in === where);
      const name = `${method.toUpperCase()} ${path}`;
      return {
        method: method.toUpperCase(),
        path,
        body: operation.requestBody?.content?.['application/json']?.schema,
        parameters: of('path'),
        query: of('query'),
        screen: path.startsWith('/kiosk'),
        weight: weights.find(([pattern]) => pattern.test(name))?.[1] ?? 1,
      };
    }),
  );
}

/** What costs a second of work is asked less often; the rest is what is left of the time. @type {readonly (readonly [RegExp, any])[]} */
const weights = [
  [/sign\.pdf/, 0.02],
  [
    /audit\/verification|inspector-bundles|sign\.svg|compliance|statistics|filing\/packages|POST .*(inspections|record|self-test)$/,
    0.1,
  ],
  [/POST .*\/pin$|retention|pairing/, 0.5],
  [/POST \/v1\/(subjects|verifications)$|kiosk\/api\/(visits|verifications)$/, 2],
];

/** The collection that a parameter’s id comes from. @param {string} path @param {string} name */
export function poolOf(path, name) {
  const parts = path.split('/');
  return name === 'id' ? (parts[parts.indexOf(`{${name}}`) - 1] ?? 'id') : name;
}

/** What the document does not name, and is served all the same. */
export const otherPaths = [
  ...[
    '/',
    '/openapi.json',
    '/kiosk',
    '/kiosk/',
    '/kiosk/texts/en.json',
    '/kiosk/texts/../../etc/passwd',
    '/kiosk/main.js',
  ],
  ...[
    '/v1',
    '/v1/',
    '/v1/templates',
    '/v1//health',
    '/V1/HEALTH',
    '/v1/health/',
    '/.env',
    '/kiosk/api/',
    '/documentation',
  ],
];
