/** The rooms' walls: levels as in the README's architecture section. Rooms import downwards only, through index.ts. */
const levels = [
  ['core'],
  ['addon'],
  ['config', 'platform', 'inference', 'pixels', 'crypto', 'language'],
  ['capture', 'detect', 'quality', 'pad', 'embed', 'packs', 'compare', 'decide', 'rules', 'store'],
  [
    'audit',
    'notice',
    'consent',
    'credentials',
    'assessment',
    'timekeeping',
    'gallery',
    'access',
    'vision',
    'complaint',
    'incident',
    'inspection',
    'filing',
    'selftest',
    'authority',
    'syslog',
    'rotation',
    'anchors',
  ],
  ['policy', 'evaluate', 'sign', 'doors', 'outbox', 'acts', 'check'],
  ['verify', 'enrol', 'retention'],
  ['visit', 'compliance', 'inspector', 'backup', 'import'],
  ['http'],
  ['isapi'],
  ['terminal'],
  ['cli', 'main'],
];
const group = (names) => `^src/(${names.join('|')})(/|\\.ts$)`;
const forbidden = [
  {
    name: 'kiosk-is-a-page',
    comment:
      'the page for the gate’s screen runs in a browser: it knows the contract’s types and nothing else of the service',
    severity: 'error',
    from: { path: '^src/kiosk/' },
    to: { path: '^src/(?!kiosk/|pages/)', pathNot: '^src/http/kiosk/contract\\.ts$' },
  },
  {
    name: 'console-is-a-page',
    comment: 'the operator’s page runs in a browser: it knows the contract’s types and nothing else of the service',
    severity: 'error',
    from: { path: '^src/console/' },
    to: { path: '^src/(?!console/|pages/)', pathNot: '^src/http/console/contract\\.ts$' },
  },
  {
    name: 'pages-share-little',
    comment: 'what both pages need knows neither of them, nor the service',
    severity: 'error',
    from: { path: '^src/pages/' },
    to: { path: '^(src/(?!pages/)|node:)' },
  },
  {
    name: 'pages-for-pages',
    severity: 'error',
    from: { path: '^src/(?!kiosk/|console/|pages/)' },
    to: { path: '^src/(pages|kiosk|console)/' },
  },
  {
    name: 'client-is-for-panels',
    comment: 'the typed client runs in panels and browsers: it knows nothing of the service but the OpenAPI document',
    severity: 'error',
    from: { path: '^src/client/' },
    to: { path: '^(src/(?!client/)|node:)' },
  },
  { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'no-orphans',
    severity: 'error',
    from: { orphan: true, pathNot: '(main|child|worker|contract)\\.tsx?$' },
    to: {},
  },
  {
    name: 'only-the-door',
    comment: 'other rooms are entered by index.ts',
    severity: 'error',
    from: { path: '^src/([^/]+)/' },
    to: {
      path: '^src/([^/]+)/',
      pathNot: ['^src/$1/', '/index\\.ts$', '^src/http/(kiosk|console)/contract\\.ts$', '^src/pages/'],
    },
  },
  { name: 'sqlite-in-store', severity: 'error', from: { pathNot: '^src/store/' }, to: { path: 'better-sqlite3' } },
  { name: 'ort-in-inference', severity: 'error', from: { pathNot: '^src/inference/' }, to: { path: 'onnxruntime' } },
  {
    name: 'fastify-in-http',
    severity: 'error',
    from: { pathNot: '^src/(http|isapi)/' },
    to: { path: 'node_modules/(@?fastify)' },
  },
  { name: 'sodium-in-crypto', severity: 'error', from: { pathNot: '^src/crypto/' }, to: { path: 'libsodium' } },
  { name: 'sharp-in-pixels', severity: 'error', from: { pathNot: '^src/pixels/' }, to: { path: 'node_modules/sharp' } },
];
levels.forEach((names, level) => {
  const above = levels.slice(level + 1).flat();
  if (above.length > 0)
    forbidden.push({
      name: `level-${level}-not-up`,
      severity: 'error',
      from: { path: group(names) },
      to: { path: group(above) },
    });
  for (const name of names) {
    const beside = names.filter((other) => other !== name);
    if (beside.length > 0 && level < levels.length - 1)
      forbidden.push({
        name: `${name}-not-sideways`,
        severity: 'error',
        from: { path: group([name]) },
        to: { path: group(beside) },
      });
  }
});
module.exports = {
  forbidden,
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|test)/' },
  },
};
