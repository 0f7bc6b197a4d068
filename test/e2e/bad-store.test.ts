/** A store, key or configuration that cannot be used: one clear error, its exit code, and nothing is changed or lost. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Daemon } from '../support/daemon.js';
import { Site } from './site.js';

const exitCodes = { configuration: 3, store: 4, busy: 6 };

describe('a store that', () => {
  let site: Site;
  let subjects: string;
  const database = (): string => join(site.config.store.folder, 'menshen.db');
  const keyFile = (): string => join(site.folder, 'root.key');
  const kept = (): string[] => [`${database()}.kept`, `${keyFile()}.kept`];

  beforeAll(async () => {
    site = await new Site().init();
    const added = await site.run(['subject', 'add', '--number', 'P-1', '--age', 'adult', '--expires', '5']);
    if (added.exitCode !== 0) throw new Error(added.stderr);
    subjects = (await site.run(['subject', 'list'])).stdout;
    copyFileSync(database(), `${database()}.kept`);
    copyFileSync(keyFile(), `${keyFile()}.kept`);
  });
  /** What was broken is mended, and everybody is still there. */
  afterEach(async () => {
    for (const copy of kept()) copyFileSync(copy, copy.replace(/\.kept$/, ''));
    chmodSync(keyFile(), 0o600);
    expect((await site.run(['subject', 'list'])).stdout).toBe(subjects);
  });
  afterAll(() => site.remove());

  const faults: readonly [string, number, RegExp, () => void][] = [
    [
      'belongs to another key',
      exitCodes.store,
      /another store.*right key/,
      () => writeFileSync(keyFile(), Buffer.alloc(32, 7)),
    ],
    [
      'has a key of the wrong length',
      exitCodes.store,
      /has 31 bytes/,
      () => writeFileSync(keyFile(), Buffer.alloc(31, 7)),
    ],
    ['has lost its key', exitCodes.store, /is not there/, () => rmSync(keyFile())],
    ['has a key that others can read', exitCodes.store, /chmod 600/, () => chmodSync(keyFile(), 0o644)],
    ['has a damaged head', exitCodes.store, /damaged/, () => overwrite(database(), 0, 100)],
    ['has damaged pages', exitCodes.store, /damaged/, () => overwrite(database(), 4096, 16_384)],
    ['was written by a newer version', exitCodes.store, /newer version/, () => setVersion(database(), 99)],
    ['is not there', exitCodes.store, /menshen init/, () => rmSync(database())],
  ];

  it.each(faults)(
    '%s is refused by serve with exit code %i and what to do',
    async (_fault, exitCode, says, breakIt) => {
      breakIt();
      const daemon = Daemon.launch(site);
      expect([await daemon.exit(), oneLine(daemon.log)]).toEqual([exitCode, expect.stringMatching(says)]);
    },
  );

  it('is broken is not touched by serve', async () => {
    overwrite(database(), 0, 100);
    const before = readFileSync(database());
    await Daemon.launch(site).exit();
    expect(readFileSync(database()).equals(before)).toBe(true);
  });

  it('is there is not overwritten by init', async () => {
    const { exitCode, stderr } = await site.run(['init']);
    expect([exitCode, stderr]).toEqual([exitCodes.store, expect.stringContaining('left as it is')]);
  });
});

describe('while a daemon runs', () => {
  let daemon: Daemon;
  let site: Site;

  beforeAll(async () => {
    site = await new Site().init();
    daemon = await Daemon.start(site);
  });
  afterAll(async () => {
    await daemon.stop();
    site.remove();
  });

  it('a second one on the same store is refused, and the first goes on', async () => {
    const second = Daemon.launch(site);
    const exitCode = await second.exit();
    const { status } = await daemon.owner.get('/v1/health');
    expect([exitCode, oneLine(second.log), status]).toEqual([
      exitCodes.busy,
      expect.stringContaining('Another process'),
      200,
    ]);
  });

  it('another program cannot open its database', () => {
    const other = new Sqlite(join(site.config.store.folder, 'menshen.db'), { timeout: 100 });
    expect(() => other.prepare('SELECT * FROM subject').all()).toThrow(/locked/);
    other.close();
  });

  it('nobody but its owner can open its socket', () => {
    expect(statSync(join(site.config.store.folder, 'control.sock')).mode & 0o777).toBe(0o600);
  });

  it('and is killed, the socket it leaves does not keep the command line from the store', async () => {
    await daemon.stop('SIGKILL');
    const left = existsSync(join(site.config.store.folder, 'control.sock'));
    const { exitCode, stderr } = await site.run(['subject', 'list']);
    expect([left, exitCode, stderr]).toEqual([true, 0, '']);
  });
});

describe('a daemon', () => {
  it('whose port is taken ends with what to do, and leaves no socket behind', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const site = new Site();
    site.write({ http: { panels: 'key-or-certificate', host: '127.0.0.1', port } });
    const daemon = Daemon.launch(await site.init());
    const exitCode = await daemon.exit();
    const left = existsSync(join(site.config.store.folder, 'control.sock'));
    taken.close();
    site.remove();
    expect([exitCode, oneLine(daemon.log), left]).toEqual([
      exitCodes.configuration,
      expect.stringContaining('http.port'),
      false,
    ]);
  });

  const refused: readonly [string, number, RegExp, (site: Site) => void][] = [
    [
      'an unknown key',
      exitCodes.configuration,
      /log\.colour: unknown key|log: .*colour/,
      (site) => rewrite(site, /"level"/, '"colour": 1, "level"'),
    ],
    [
      'a value of the wrong type',
      exitCodes.configuration,
      /http\.port/,
      (site) => rewrite(site, /"port": 0/, '"port": "many"'),
    ],
    ['no YAML', exitCodes.configuration, /YAML/, (site) => writeFileSync(site.configPath, 'a: [')],
    [
      'nothing in it',
      exitCodes.configuration,
      /Correct the configuration/,
      (site) => writeFileSync(site.configPath, ''),
    ],
    [
      'no way in but the face',
      exitCodes.configuration,
      /M10\.1/,
      (site) =>
        site.write({
          credentials: { pin: { enabled: false, minDigits: 6 }, card: { enabled: false, pinRequired: false } },
        }),
    ],
    ['a private place', exitCodes.configuration, /M13\.4/, (site) => rewrite(site, /"office"/, '"toilet"')],
    [
      'a listener off loopback without TLS',
      exitCodes.configuration,
      /TLS is a must/,
      (site) => site.write({ http: { panels: 'key-or-certificate', host: '0.0.0.0', port: 0 } }),
    ],
    [
      'a demonstration off loopback',
      exitCodes.configuration,
      /loopback only/,
      (site) => site.write({ mode: 'demonstration', http: { panels: 'key-or-certificate', host: '0.0.0.0', port: 0 } }),
    ],
  ];

  it.each(refused)(
    'with %s in its configuration does not start: exit code %i and the place',
    async (_what, exitCode, says, change) => {
      const site = await new Site().init();
      change(site);
      const daemon = Daemon.launch(site);
      const ended = await daemon.exit();
      site.remove();
      expect([ended, oneLine(daemon.log)]).toEqual([exitCode, expect.stringMatching(says)]);
    },
  );
});

/** One error is one line: no stack, no second complaint. */
function oneLine(log: string): string {
  const lines = log.trim().split('\n');
  return lines.length === 1 ? (lines[0] ?? '') : `${lines.length} lines: ${log}`;
}

function overwrite(path: string, at: number, bytes: number): void {
  writeSync(openSync(path, 'r+'), Buffer.alloc(bytes, 0xa5), 0, bytes, at);
}

function setVersion(path: string, version: number): void {
  const database = new Sqlite(path);
  database.pragma(`user_version = ${version}`);
  database.close();
}

function rewrite({ configPath }: Site, from: RegExp, to: string): void {
  writeFileSync(configPath, readFileSync(configPath, 'utf8').replace(from, to));
}
