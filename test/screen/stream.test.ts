import { afterEach, describe, expect, it } from 'vitest';
import type {
  EnrolmentProgress,
  FaceProofProgress,
  ScreenVerification,
  SiteView,
  VisitView,
} from '../../src/http/kiosk/contract.js';
import { ada } from '../support/fake-vision.js';
import { closeScreens, faceProof, ofThePage, pairedScreen, Screen } from '../support/screen.js';
import { addEnrolled, addPerson, newestAudit, purpose } from '../support/site.js';

afterEach(closeScreens);

const panel = { doorId: 'main', purpose, nonce: 'nonce-of-a-panel', act: { kind: 'button' } } as const;

/** The stream as the page reads it. */
async function listen(screen: Screen) {
  const headers = { ...ofThePage, cookie: screen.cookie ?? '' };
  const response = await screen.server.inject({ url: '/kiosk/api/stream', headers, payloadAsStream: true });
  const events: { readonly event: string; readonly data: unknown }[] = [];
  let ended = false;
  let rest = '';
  response.stream().setEncoding('utf8');
  response.stream().on('data', (text: string) => {
    const parts = (rest + text).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const found = /^event: (.+)\ndata: (.+)$/.exec(part);
      if (found !== null) events.push({ event: found[1] ?? '', data: JSON.parse(found[2] ?? 'null') });
    }
  });
  for (const end of ['close', 'end', 'error']) {
    response.stream().on(end, () => {
      ended = true;
    });
  }
  const settled = async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  await settled();
  return {
    status: response.statusCode,
    headers: response.headers,
    /** What came by now. */
    async of<T>(event: string): Promise<T[]> {
      await settled();
      return events.filter((one) => one.event === event).map(({ data }) => data as T);
    },
    async over(): Promise<boolean> {
      await settled();
      return ended;
    },
  };
}

describe('the screen’s stream', () => {
  it('begins with the newest state', async () => {
    const screen = await pairedScreen();
    await screen.site.verifications.start({ ...panel, methods: ['pin'] });
    const stream = await listen(screen);
    const [site] = await stream.of<SiteView>('site');
    const [verification] = await stream.of<ScreenVerification>('verification');
    expect([stream.status, stream.headers['content-type'], site?.doorId, verification?.startedBy]).toEqual([
      200,
      'text/event-stream',
      'main',
      'panel',
    ]);
  });

  it('says the strict headers too', async () => {
    const { headers } = await listen(await pairedScreen());
    expect([headers['content-security-policy'], headers['cache-control']]).toEqual([
      expect.stringContaining("default-src 'none'"),
      'no-store',
    ]);
  });

  it('shows what a panel begins at this door, never who it is, and the result', async () => {
    const screen = await pairedScreen();
    const { id } = addEnrolled(screen.site, ada);
    const stream = await listen(screen);
    await screen.site.verifications.start({ ...panel, claim: { subjectId: id } });
    screen.site.timers.advance(100);
    screen.site.vision.show(ada, 3);
    screen.site.timers.advance(100);
    const shown = await stream.of<ScreenVerification | null>('verification');
    expect([shown[0], shown[1]?.face, shown.at(-1)?.result, JSON.stringify(shown).includes(id)]).toEqual([
      null,
      'in-progress',
      { decision: 'grant', method: 'face', reason: 'face-match' },
      false,
    ]);
  });

  it('shows nothing of other doors', async () => {
    const screen = await pairedScreen();
    const stream = await listen(screen);
    await screen.site.verifications.start({ ...panel, doorId: 'side', methods: ['pin'] });
    screen.site.timers.advance(5_000);
    expect(await stream.of('verification')).toEqual([null]);
  });

  it('draws the guide at most ten times a second', async () => {
    const screen = await pairedScreen();
    const { id } = addEnrolled(screen.site, ada);
    const stream = await listen(screen);
    await screen.site.verifications.start({ ...panel, claim: { subjectId: id } });
    for (let frame = 0; frame < 40; frame += 1) {
      screen.site.vision.showUnusable(frame % 2 === 0 ? 'face-too-small' : 'face-blurred', 1);
      screen.site.timers.advance(25);
    }
    expect((await stream.of('verification')).length).toBeLessThanOrEqual(12);
  });

  it('takes the result away after a while', async () => {
    const screen = await pairedScreen();
    const stream = await listen(screen);
    const { verificationId } = await screen.site.verifications.start({ ...panel, methods: ['pin'] });
    screen.site.verifications.cancel(verificationId);
    screen.site.timers.advance(14_000);
    const before = await stream.of('verification');
    screen.site.timers.advance(4_000);
    expect([before.at(-1), (await stream.of('verification')).at(-1)]).toEqual([
      expect.objectContaining({ state: 'decided' }),
      null,
    ]);
  });

  it('says when face mode goes off, and that the others go on', async () => {
    const screen = await pairedScreen();
    const stream = await listen(screen);
    screen.site.space.left = false;
    screen.site.timers.advance(3_000);
    const sites = await stream.of<SiteView>('site');
    expect([sites[0]?.methods.at(-1), sites.at(-1)?.methods]).toEqual([
      { method: 'face', works: true },
      [
        { method: 'card', works: true },
        { method: 'pin', works: true },
        { method: 'face', works: false, reason: 'audit-space-used-up' },
      ],
    ]);
  });

  it('draws the guide of a face that proves who somebody is', async () => {
    const screen = await pairedScreen();
    const { id } = addEnrolled(screen.site, ada);
    screen.site.store.credentials.addCard(id, '04A1', 1);
    const stream = await listen(screen);
    const proving = screen.post('visits', { proof: faceProof('04A1') });
    await stream.of('proof');
    screen.site.vision.show(ada, 1);
    screen.site.timers.advance(100);
    const drawn = (await stream.of<FaceProofProgress | null>('proof')).at(-1);
    screen.site.vision.show(ada, 2);
    await proving;
    screen.site.timers.advance(100);
    const zone = [
      { x: 1, y: 0 },
      { x: 0, y: 0 },
      { x: 0, y: 1 },
    ];
    expect([drawn?.guide, (await stream.of('proof')).at(-1)]).toEqual([
      expect.objectContaining({ progress: 1 / 3, zone }),
      null,
    ]);
  });

  it('shows how an enrolment goes, to its own screen alone', async () => {
    const screen = await pairedScreen();
    const other = new Screen(screen.site, screen.server);
    await other.pair();
    const streams = [await listen(screen), await listen(other)] as const;
    const { code } = screen.site.codes.make({ subjectId: addPerson(screen.site).id, operatorId: 'op-1' });
    const visit = await screen.post<VisitView>('visits', { proof: { kind: 'enrolment-code', code } });
    const path = `visits/${visit.body.visitId}`;
    const ticks = { separateAct: true, voluntary: true, alternativesShown: true, days: 20 };
    await screen.post(`${path}/consent`, { noticeHash: screen.site.notice.hash, language: 'zh', ...ticks });
    await screen.post(`${path}/enrolment`, { act: 'button' });
    screen.site.timers.advance(100);
    await streams[0].of('enrolment');
    screen.site.vision.show(ada, 2);
    screen.site.timers.advance(100);
    await streams[0].of('enrolment');
    screen.site.vision.show(ada, 3);
    await streams[0].of('enrolment');
    screen.site.timers.advance(100);
    const shown = await streams[0].of<EnrolmentProgress>('enrolment');
    expect(shown.map(({ state, frames }) => [state, frames])).toEqual([
      ['running', 0],
      ['running', 2],
      ['done', 5],
    ]);
    expect(await streams[1].of('enrolment')).toEqual([]);
  });

  it('ends with its key', async () => {
    const screen = await pairedScreen();
    const stream = await listen(screen);
    const before = await stream.over();
    screen.site.apiKeys.revoke(String(newestAudit(screen.site, 'screen.paired')?.id));
    screen.site.timers.advance(3_000);
    expect([before, await stream.over()]).toEqual([false, true]);
  });

  it('is one of a few: the oldest ends when a page opens too many', async () => {
    const screen = await pairedScreen();
    const first = await listen(screen);
    for (let more = 0; more < 4; more += 1) await listen(screen);
    expect(await first.over()).toBe(true);
  });

  it('sends a sign of life where nothing happens', async () => {
    const screen = await pairedScreen();
    const stream = await listen(screen);
    screen.site.timers.advance(31_000);
    expect(await stream.of('alive')).toEqual([null, null]);
  });
});
