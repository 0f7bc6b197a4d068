/** M5.0: nothing of anybody is processed before they could have been told. */
import { describe, expect, test } from 'vitest';
import { key } from '../e2e/gate.js';
import { Site as SiteFolder } from '../e2e/site.js';
import { childrenOf, commandOf, Daemon, type Health, until } from '../support/daemon.js';
import { temporaryFolder } from '../support/files.js';
import { auditKinds, newestAudit, openSite, type Site, type SiteOptions } from '../support/site.js';
import { createTestStore, openTestStore, tempFolder } from '../support/temp-store.js';

const unposted = { 'site.signPosted': undefined };
const posted = { by: 'Ann', on: '2026-01-01', statement: 'beside the gate' };
const told = ({ announcement, vision, policy }: Site) => ({
  how: announcement.state().how,
  cameras: vision.camerasOpen ? 'open' : 'closed',
  face: policy.site().on,
});
const open = (how: string) => ({ how, cameras: 'open', face: true });
const shut = { how: 'not-yet', cameras: 'closed', face: false };

/** The same terminal after a restart, perhaps with another configuration. */
function restarted(options: SiteOptions[]): Site[] {
  const folder = tempFolder();
  const sites: Site[] = [];
  for (const [index, one] of options.entries()) {
    const before = sites.at(-1);
    before?.store.close();
    const store = index === 0 ? createTestStore(folder) : openTestStore(folder);
    sites.push(openSite({ ...one, store, ...(before === undefined ? {} : { clock: before.clock }) }));
  }
  return sites;
}
const afterRestart = (...options: SiteOptions[]) => {
  const last = restarted(options).at(-1);
  if (last === undefined) throw new Error('no site was opened');
  return last;
};

describe('the cameras', () => {
  test('M5.0: stay closed while the notice was neither shown on the screen nor posted', () => {
    const site = openSite({ changes: unposted });
    expect(told(site)).toEqual(shut);
    expect(site.policy.site()).toMatchObject({
      reason: 'notice-not-displayed',
      detail: expect.stringContaining('M5.0'),
    });
  });

  test('M5.0: open when the current notice was shown on the screen, which is on record', () => {
    const site = openSite({ changes: unposted });
    site.announcement.displayed(site.notice.hash, 'zh', 'screen-1');
    expect(told(site)).toEqual(open('displayed'));
    expect(newestAudit(site, 'notice.displayed')).toEqual({ hash: site.notice.hash, language: 'zh', by: 'screen-1' });
  });

  test('M5.0: stay closed when another notice than the current one was shown', () => {
    const site = openSite({ changes: unposted });
    expect(() => site.announcement.displayed('0'.repeat(64), 'zh', 'screen-1')).toThrow(
      expect.objectContaining({ code: 'notice-outdated' }),
    );
    expect(told(site)).toEqual(shut);
  });

  test('M5.0: open when somebody declares that the notice is posted, which is on record as their word', () => {
    const site = openSite();
    expect(told(site)).toEqual(open('posted'));
    expect(newestAudit(site, 'sign.declared')).toMatchObject({ by: 'Ann', noticeHash: site.notice.hash });
  });

  test('M5.0: a notice that was shown counts after a restart too', () => {
    const folder = tempFolder();
    const before = openSite({ store: createTestStore(folder), changes: unposted });
    before.announcement.displayed(before.notice.hash, 'en', 'screen-1');
    before.store.close();
    const site = openSite({ store: openTestStore(folder), clock: before.clock, changes: unposted });
    expect(told(site)).toEqual(open('displayed'));
  });

  test('M5.0: close again with a changed notice, until that one was shown', () => {
    const folder = tempFolder();
    const before = openSite({ store: createTestStore(folder), changes: unposted });
    before.announcement.displayed(before.notice.hash, 'en', 'screen-1');
    before.store.close();
    const changes = { ...unposted, 'site.retention.maxDays': 20 };
    const site = openSite({ store: openTestStore(folder), clock: before.clock, changes });
    expect(told(site)).toEqual(shut);
    site.announcement.displayed(site.notice.hash, 'en', 'screen-1');
    expect(told(site)).toEqual(open('displayed'));
  });

  test('M5.0: a page that shows the notice over and over fills no disk', () => {
    const site = openSite({ changes: unposted });
    for (const language of ['zh', 'en', 'zh', 'zh', 'en'])
      site.announcement.displayed(site.notice.hash, language, 'screen-1');
    expect(auditKinds(site).filter((kind) => kind === 'notice.displayed')).toHaveLength(2);
  });

  test('M5.0: the demonstration counts as told only while all its cameras play files', () => {
    const recording = { id: 'front', source: { kind: 'recording', path: 'a.mp4' }, captureZone };
    const real = { id: 'front', source: { kind: 'v4l2', device: '/dev/video0' }, captureZone };
    const how = (camera: unknown) =>
      openSite({ changes: { ...unposted, mode: 'demonstration', cameras: [camera] } }).announcement.state().how;
    expect([how(recording), how(real)]).toEqual(['demonstration', 'not-yet']);
  });
});

describe('the declaration that the sign is posted', () => {
  const changed = { 'site.necessity': 'other words' };

  test('M5.0: does not hold for a notice that changed afterwards', () => {
    expect(told(afterRestart({}, { changes: changed }))).toEqual(shut);
  });

  test('M5.0: holds again when somebody states that the new sign was hung', () => {
    const changes = { ...changed, 'site.signPosted': { ...posted, on: '2026-02-01' } };
    expect(told(afterRestart({}, { changes: changed }, { changes, assessed: false }))).toEqual(open('posted'));
  });

  test('M5.0: made for an older notice does not come back to life with a third one', () => {
    const again = { 'site.signPosted': { ...posted, on: '2026-02-01' } };
    const third = { changes: { 'site.necessity': 'third words' } };
    expect(told(afterRestart({}, { changes: { ...changed, ...again } }, third))).toEqual(shut);
  });

  test('M5.0: holds when the notice goes back to the one that hangs there', () => {
    expect(told(afterRestart({}, { changes: changed }, { assessed: false }))).toEqual(open('posted'));
  });

  test('M13.3: may name the notice or the sign, and then holds for that one alone', () => {
    const { notice, sign } = openSite();
    const how = (named: object) =>
      openSite({ changes: { 'site.signPosted': { ...posted, ...named } } }).announcement.state().how;
    expect([
      how({ noticeHash: notice.hash }),
      how({ signHash: sign.hash }),
      how({ noticeHash: notice.hash, signHash: sign.hash }),
      how({ noticeHash: '0'.repeat(64) }),
      how({ signHash: '0'.repeat(64) }),
      how({ noticeHash: notice.hash, signHash: '0'.repeat(64) }),
    ]).toEqual(['posted', 'posted', 'posted', 'not-yet', 'not-yet', 'not-yet']);
  });

  test('M5.0: is recorded once, not at each start', () => {
    const site = afterRestart({}, { assessed: false }, { assessed: false });
    expect(auditKinds(site).filter((kind) => kind === 'sign.declared')).toHaveLength(1);
  });
});

describe('the daemon', () => {
  const decoders = (daemon: Daemon) => childrenOf(daemon.pid).filter((pid) => commandOf(pid).includes('ffmpeg'));

  test('M5.0: starts no camera process before a screen has shown the notice, and starts it then', async () => {
    const site = await liveSite();
    const daemon = await Daemon.start(site);
    const closed = await until('recognition', async () => {
      const { body } = await daemon.owner.get<Health>('/v1/health');
      return daemon.lines().some(({ code }) => code === 'vision.ready') ? body : undefined;
    });
    expect([closed.cameras[0]?.state, closed.methods.face.reason, decoders(daemon)]).toEqual([
      'closed',
      'notice-not-displayed',
      [],
    ]);
    const screen = daemon.panel(await key(daemon, 'kiosk'));
    const { body: notice } = await screen.get<{ hash: string }>('/v1/notice?language=en');
    const shown = await screen.post('/v1/notice/displayed', { hash: notice.hash, language: 'en' });
    const state = await until('an opened camera', async () => {
      const { body } = await daemon.owner.get<Health>('/v1/health');
      return body.cameras[0]?.state === 'closed' ? undefined : body.cameras[0]?.state;
    });
    await daemon.stop();
    site.remove();
    expect(shown.status).toBe(204);
    expect(['opening', 'live', 'failed', 'ended']).toContain(state);
  });

  test('M5.0: takes nobody’s word for a display but a screen’s, in a language that it has, of the current notice', async () => {
    const site = await liveSite();
    const daemon = await Daemon.start(site);
    const screen = daemon.panel(await key(daemon, 'kiosk'));
    const { body: notice } = await screen.get<{ hash: string }>('/v1/notice');
    const said = async (caller: ReturnType<Daemon['panel']>, body: object) =>
      (await caller.post('/v1/notice/displayed', body)).status;
    const current = { hash: notice.hash, language: 'zh' };
    const answers = [
      await said(daemon.panel(), current),
      await said(daemon.panel(await key(daemon, 'operator')), current),
      await said(daemon.panel(await key(daemon, 'auditor')), current),
      await said(screen, { ...current, language: 'fr' }),
      await said(screen, { ...current, hash: '0'.repeat(64) }),
      await said(screen, { ...current, by: 'somebody' }),
    ];
    const { body } = await daemon.owner.get<Health>('/v1/health');
    await daemon.stop();
    site.remove();
    expect(answers).toEqual([401, 403, 403, 404, 409, 400]);
    expect(body.methods.face.reason).toBe('notice-not-displayed');
  });
});

const captureZone = {
  polygon: [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
  ],
};

/** A live site with a camera and no posted sign. */
async function liveSite(): Promise<SiteFolder> {
  const site = new SiteFolder();
  const { signPosted: _taken, ...unpostedSite } = site.config.site;
  const video = `${temporaryFolder()}/none.mp4`;
  site.write({
    site: unpostedSite,
    doors: [{ id: 'main', camera: 'front' }],
    cameras: [
      { id: 'front', source: { kind: 'recording', path: video, pace: 'real-time', repeat: 'loop' }, captureZone },
    ],
    face: { ...site.config.face, enabled: true },
  });
  return site.init();
}
