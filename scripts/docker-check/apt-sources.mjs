/**
 * @typedef {object} Source one entry of APT's sources
 * @property {string} uri
 * @property {string[]} suites
 * @property {string[]} components
 */

/**
 * Reads APT's sources in both of their formats. Options such as `signed-by` are dropped: the base has the distribution's
 * own keys.
 *
 * @param {string} text of a `.list` or `.sources` file
 * @returns {Source[]} binary sources that are enabled
 */
export function aptSources(text) {
  const plain = text.replace(/^[ \t]*#.*\n?/gm, '');
  const oneLine = [...plain.matchAll(/^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*(.*)$/gm)].map(
    ([, uri = '', suite = '', components = '']) => ({ uri, suites: [suite], components: words(components) }),
  );
  const stanzas = plain.split(/\n\s*\n/).map(fieldsOf);
  const deb822 = stanzas
    .filter((fields) => words(fields.types).includes('deb') && fields.enabled !== 'no')
    .flatMap((fields) =>
      words(fields.uris).map((uri) => ({
        uri,
        suites: words(fields.suites),
        components: words(fields.components),
      })),
    );
  return [...oneLine, ...deb822];
}

/**
 * What of them belongs to one release of Debian, its updates and its security fixes.
 *
 * @param {Source[]} sources
 * @param {string} release like `bookworm`
 * @returns {{ mirror: string | undefined, lines: string[] }} where the release itself comes from, and a `sources.list`
 */
export function sourcesOfRelease(sources, release) {
  const wanted = new Set([release, `${release}-updates`, `${release}-security`]);
  const ofDebian = sources.filter(({ components }) => components.includes('main'));
  const lines = ofDebian.flatMap(({ uri, suites }) =>
    suites.filter((suite) => wanted.has(suite)).map((suite) => `deb ${uri} ${suite} main`),
  );
  return { mirror: ofDebian.find(({ suites }) => suites.includes(release))?.uri, lines };
}

/**
 * @param {string} stanza
 * @returns {Record<string, string>} by lower-case name
 */
function fieldsOf(stanza) {
  const unfolded = stanza.replace(/\n[ \t]+/g, ' ');
  const pairs = [...unfolded.matchAll(/^([A-Za-z-]+):[ \t]*(.*)$/gm)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name.toLowerCase(), value.trim()]));
}

/** @param {string | undefined} text */
function words(text) {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
