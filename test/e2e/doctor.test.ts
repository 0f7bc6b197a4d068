/** What `menshen doctor` says of a site and of a daemon that is not well. */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Daemon } from '../support/daemon.js';
import { Site } from './site.js';

const well = {
  '/v1/health': {
    methods: { face: { works: true } },
    records: { works: true },
    syslog: { works: true, lost: false },
    clock: { trusted: true },
    cameras: [{ cameraId: 'front', state: 'live' }],
  },
  '/v1/audit/verification': { intact: true, entries: 7 },
  '/v1/store/rollback': { finding: null },
  '/v1/keys': { keys: [] },
  '/v1/panels': { panels: [] },
  '/v1/isapi/users': { users: [] },
};

type Answers = typeof well;

/** The line about one thing and, where there is one, what to do. */
function told(stdout: string, what: string): string {
  const lines = stdout.split('\n');
  const at = lines.findIndex((line) => line.slice(5).startsWith(`${what}  `));
  const remedy = lines[at + 1]?.trimStart().startsWith('->') === true ? lines[at + 1]?.trim() : '';
  return at === -1 ? 'nothing' : `${lines[at]?.replace(/ +/g, ' ')} ${remedy}`.trim();
}

describe('doctor beside a daemon', () => {
  const site = new Site();
  let daemon: Server | undefined;
  beforeAll(() => site.init());
  afterEach(() => new Promise((resolve) => daemon?.close(resolve)));
  afterAll(() => site.remove());

  /** Somebody answers on the owner's socket as a daemon does that is well but for this. */
  async function doctorWhere(path: keyof Answers, change: object): Promise<string> {
    const answers: Readonly<Record<string, object>> = { ...well, [path]: { ...well[path], ...change } };
    daemon = createServer(({ url = '' }, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[url] ?? {}));
    });
    await new Promise<void>((resolve) => daemon?.listen(join(site.config.store.folder, 'control.sock'), resolve));
    return (await site.run(['doctor'])).stdout;
  }

  it.each<[string, keyof Answers, object, string, string]>([
    [
      'the records are not written',
      '/v1/health',
      { records: { works: false, problem: 'store-full', detail: 'Make room.' } },
      'records',
      'FAIL records nothing is granted, because nothing is recorded (store-full) -> Make room.',
    ],
    [
      'the collector takes nothing',
      '/v1/health',
      { syslog: { works: false, lost: false } },
      'syslog',
      'weak syslog the collector does not take audit entries -> look at the collector and at syslog in the configuration; the audit itself is whole',
    ],
    [
      'entries never reached the collector',
      '/v1/health',
      { syslog: { works: true, lost: true } },
      'syslog',
      'weak syslog some audit entries were never sent -> look at the collector and at syslog in the configuration; the audit itself is whole',
    ],
    [
      'the clock is in doubt',
      '/v1/health',
      { clock: { trusted: false, problem: 'it jumped' } },
      'clock',
      'weak clock it jumped -> set the clock, then menshen clock-confirm --now TIME',
    ],
    [
      'the models drifted',
      '/v1/health',
      { methods: { face: { works: false, reason: 'model-drift', detail: 'other answers' } } },
      'face mode',
      'FAIL face mode other answers',
    ],
    [
      'face mode is off for the law',
      '/v1/health',
      { methods: { face: { works: false, reason: 'assessment-missing', detail: 'no assessment' } } },
      'face mode',
      'weak face mode no assessment -> menshen assessment FILE, from config/assessment-template.yaml',
    ],
    [
      'a camera is closed because nobody was told',
      '/v1/health',
      {
        methods: { face: { works: false, reasons: [{ reason: 'notice-not-displayed', detail: 'no sign (M5.0)' }] } },
        cameras: [{ cameraId: 'front', state: 'closed' }],
      },
      'camera front',
      'FAIL camera front closed until people have been told: no sign (M5.0)',
    ],
    [
      'a camera is closed because recognition is down',
      '/v1/health',
      {
        methods: { face: { works: false, reason: 'recognition-down', detail: 'it ended' } },
        cameras: [{ cameraId: 'front', state: 'closed' }],
      },
      'camera front',
      'FAIL camera front closed, because recognition does not run: it ended',
    ],
    [
      'the chain is broken',
      '/v1/audit/verification',
      { intact: false, problem: 'entry 3 was changed' },
      'audit chain',
      'FAIL audit chain entry 3 was changed -> keep the store for analysis',
    ],
    [
      'an old copy was put back',
      '/v1/store/rollback',
      { finding: { detail: 'The store is older than it was.' } },
      'store',
      'FAIL store The store is older than it was. -> menshen store rollback; when you have gone through what may be old: menshen store confirm-rollback',
    ],
  ])('says that %s, and what to do', async (_what, path, change, line, says) => {
    expect(told(await doctorWhere(path, change), line)).toBe(says);
  });

  const [next, past] = ['2999-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z'];
  const key = (id: string, more = {}) => ({ id, role: 'panel', expiresAt: next, ...more });
  const over = [key('b2', { expiresAt: past }), key('c3', { revokedAt: past }), key('d4', { role: 'operator' })];
  const user = { name: 'north', role: 'panel', state: 'active', expiresAt: next };
  const alone = 'weak remote check only a1 may answer, and to what it started itself only with no';
  const listing = '-> correct remoteCheck.panels (menshen keys list, menshen panels list, menshen isapi user list)';
  it.each<[string, object, keyof Answers, object, string]>([
    [
      'nobody may answer',
      {},
      '/v1/keys',
      { keys: over },
      'weak remote check nobody may answer: there is no panel -> let one in: menshen panels invite, or menshen keys add --role panel',
    ],
    [
      'one panel alone may answer',
      {},
      '/v1/keys',
      { keys: [key('a1'), ...over] },
      `${alone} -> let a second panel in, or list this one: remoteCheck.panels: [a1]`,
    ],
    [
      'several may answer',
      {},
      '/v1/keys',
      { keys: [key('a1'), key('e5')] },
      'ok remote check may answer, with yes only to what another started: a1, e5',
    ],
    [
      'a user of ISAPI may answer',
      {},
      '/v1/isapi/users',
      { users: [user, { ...user, name: 'south', state: 'revoked' }] },
      'ok remote check may answer, with yes only to what another started: isapi:north',
    ],
    [
      'one that is listed is not in force',
      { panels: ['0123456789ab', 'panel-0123456789ab'] },
      '/v1/panels',
      { panels: [{ id: 'panel-0123456789ab', role: 'panel', state: 'active' }] },
      `weak remote check may answer, as remoteCheck.panels says: 0123456789ab, panel-0123456789ab; not in force: 0123456789ab ${listing}`,
    ],
    [
      'a listener answers',
      { via: 'webhook-answer', listener: 'l-0123456789ab' },
      '/v1/keys',
      {},
      'ok remote check the reply of listener l-0123456789ab is the answer',
    ],
  ])('says where panels have the last word that %s', async (_what, remoteCheck, path, change, says) => {
    const { isapi } = site.config;
    const asking = { doors: ['main'], timeoutMs: 5000, whenAway: 'deny', via: 'poll', ...remoteCheck };
    site.write({ remoteCheck: asking, isapi: { ...isapi, enabled: true } } as never);
    const stdout = await doctorWhere(path, change);
    site.write({ remoteCheck: undefined, isapi } as never);
    expect(told(stdout, 'remote check')).toBe(says);
  });

  it('says nothing of what it has no reason to', async () => {
    const stdout = await doctorWhere('/v1/health', {});
    expect(['records', 'syslog', 'store', 'remote check'].map((what) => told(stdout, what))).toEqual(
      Array.from({ length: 4 }, () => 'nothing'),
    );
    expect(told(stdout, 'camera front')).toBe('ok camera front live');
  });
});

describe('doctor at a site', () => {
  const site = new Site();
  beforeAll(() => site.init());
  afterAll(() => site.remove());

  it('fails a live site where a recording stands for a camera', async () => {
    const folder = join(site.folder, 'stills');
    mkdirSync(folder);
    const { cameras, doors } = site.config;
    const source = { kind: 'stills', folder } as const;
    const captureZone = {
      polygon: [
        { x: 0, y: 0 },
        { x: 1, y: 0 },
        { x: 1, y: 1 },
      ],
    };
    site.write({ cameras: [{ id: 'front', source, captureZone }], doors: [{ id: 'main', camera: 'front' }] } as never);
    const { stdout, exitCode } = await site.run(['doctor']);
    const daemon = await Daemon.start(site);
    await daemon.stop();
    site.write({ cameras, doors });
    expect(daemon.lines()).toContainEqual(
      expect.objectContaining({ level: 'warn', code: 'camera.recorded', camera: 'front', kind: 'stills' }),
    );
    expect([exitCode, told(stdout, 'camera front')]).toEqual([
      3,
      expect.stringMatching(
        /^FAIL camera front a folder of stills stands for the camera of a live site.* -> name the real camera/,
      ),
    ]);
  });

  it('names everything that keeps face mode off, before the daemon runs and beside it', async () => {
    const off = [
      'weak face mode  the notice was neither shown on the terminal’s screen nor declared as posted (site.signPosted) (M5.0)',
      'weak face mode  no impact assessment was recorded (M9.1)',
    ];
    const named = async () => {
      const { stdout } = await site.run(['doctor']);
      return off.map((line) => stdout.replace(/(?<=face mode) +/g, '  ').includes(line));
    };
    const { face, site: declared } = site.config;
    site.write({ face: { ...face, enabled: true }, site: { ...declared, signPosted: undefined } } as never);
    const alone = await named();
    const daemon = await Daemon.start(site);
    const beside = await named();
    await daemon.stop();
    site.write({ face, site: declared });
    expect({ alone, beside }).toEqual({ alone: [true, true], beside: [true, true] });
  });

  it('says nothing of a full disk where the daemon has not taken its space yet', async () => {
    const { face } = site.config;
    site.write({ face: { ...face, enabled: true } });
    rmSync(join(site.config.store.folder, 'audit-reserve'), { force: true });
    const { stdout } = await site.run(['doctor']);
    site.write({ face });
    expect(stdout).toContain('weak face mode');
    expect(stdout).not.toContain('nearly full');
  });

  it('ends with exit code 3 once an old copy of the database was put back', async () => {
    const database = join(site.config.store.folder, 'menshen.db');
    copyFileSync(database, `${database}.old`);
    const daemon = await Daemon.start(site);
    expect(await daemon.stop()).toBe(0);
    for (const suffix of ['-wal', '-shm']) if (existsSync(`${database}${suffix}`)) rmSync(`${database}${suffix}`);
    copyFileSync(`${database}.old`, database);
    const { stdout, exitCode } = await site.run(['doctor']);
    expect([exitCode, told(stdout, 'store')]).toEqual([
      3,
      expect.stringMatching(/^FAIL store The store is older .*confirm-rollback$/),
    ]);
  });
});
