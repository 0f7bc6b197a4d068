import { afterEach, describe, expect, it, test } from 'vitest';
import type { EnrolmentProgress, OwnData, ReceiptView, VisitView } from '../../src/http/kiosk/contract.js';
import { until } from '../support/daemon.js';
import { ada, adaOnAScreen, bo } from '../support/fake-vision.js';
import { closeScreens, faceProof, pairedScreen, Screen } from '../support/screen.js';
import { addEnrolled, addPerson, auditKinds, newestAudit, type SiteOptions } from '../support/site.js';

afterEach(closeScreens);

const cardNumber = '04A1';
const pin = '271828';

/** Ada has a card, a PIN and a face here. */
async function screenOfAda(options: SiteOptions = {}) {
  const screen = await pairedScreen(options);
  const { id } = addEnrolled(screen.site, ada);
  screen.site.store.credentials.addCard(id, cardNumber, 1);
  await screen.site.pins.set(id, pin, 6);
  return { screen, id, visit: await prove(screen, { kind: 'card', cardNumber, pin }) };
}

async function prove(screen: Screen, proof: object): Promise<VisitView & { code?: string }> {
  return (await screen.post<VisitView & { code?: string }>('visits', { proof })).body;
}

/** Another display at the same gate, with a key of its own. */
async function beside(screen: Screen): Promise<Screen> {
  const other = new Screen(screen.site, screen.server);
  await other.pair();
  return other;
}

const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('a visit', () => {
  it('begins with a proof and says what the person may do', async () => {
    const { visit } = await screenOfAda();
    expect([visit.provedBy, visit.may, visit.person.faceEnrolled]).toEqual([
      'card+pin',
      expect.arrayContaining(['withdraw', 'see-data', 'set-pin']),
      true,
    ]);
  });

  test('D9: by face has on record, before the camera looks, what the person did and how they were told', async () => {
    const { screen } = await screenOfAda();
    const proving = screen.post('visits', { proof: faceProof(cardNumber) });
    await settled();
    expect(newestAudit(screen.site, 'prompt.shown')).toMatchObject({
      ...{ doorId: 'main', method: 'face', act: 'touch', language: 'zh', spoken: false, visit: true },
    });
    screen.site.vision.show(ada, 2);
    screen.site.vision.show(ada, 1);
    await proving;
  });

  test('D9: by face, without how they were told, is refused and nothing looks', async () => {
    const { screen } = await screenOfAda();
    const answer = await screen.post('visits', { proof: { kind: 'face', claim: { cardNumber } } });
    expect([answer.status, screen.site.vision.watching]).toEqual([400, 0]);
  });

  it('by face takes the camera’s time, opens no door, and is drawn on the screen meanwhile', async () => {
    const { screen, id } = await screenOfAda();
    const proving = screen.post<VisitView>('visits', { proof: faceProof(cardNumber) });
    await settled();
    screen.site.vision.show(ada, 2);
    const drawn = screen.site.verifications.proofs.at('main')?.guide?.progress;
    screen.site.vision.show(ada, 1);
    const { body } = await proving;
    expect([
      drawn,
      body.provedBy,
      newestAudit(screen.site, 'visit.face-proved')?.subjectId,
      auditKinds(screen.site),
    ]).toEqual([2 / 3, 'face', id, expect.not.arrayContaining(['verification.decided'])]);
  });

  it.each([
    ['a wrong PIN', { kind: 'card', cardNumber, pin: '999999' }],
    ['a card of nobody', { kind: 'card', cardNumber: 'FFFF' }],
    ['a code of nobody', { kind: 'enrolment-code', code: 'AAAA-AAAA' }],
  ])('is refused alike for %s', async (_what, proof) => {
    const { screen } = await screenOfAda();
    const { status, body } = await screen.post('visits', { proof });
    expect([status, body.code]).toEqual([403, 'proof-refused']);
  });

  it('ends by itself, and lasts as long as somebody says that they are there', async () => {
    const { screen, visit } = await screenOfAda();
    for (let round = 0; round < 5; round += 1) {
      screen.site.timers.advance(150_000);
      await screen.post(`visits/${visit.visitId}/extension`);
    }
    const before = await screen.get(`visits/${visit.visitId}/data`);
    screen.site.timers.advance(180_000);
    const after = await screen.get(`visits/${visit.visitId}/data`);
    expect([before.status, after.status, after.body.code]).toEqual([200, 404, 'visit-ended']);
  });

  it('is as long as the site says', async () => {
    const { screen, visit } = await screenOfAda({ changes: { 'screen.sessionMinutes': 10 } });
    screen.site.timers.advance(599_000);
    expect((await screen.get(`visits/${visit.visitId}/data`)).status).toBe(200);
  });

  it('is over when the person leaves', async () => {
    const { screen, visit } = await screenOfAda();
    const left = await screen.call('DELETE', `visits/${visit.visitId}`);
    expect([left.status, (await screen.post(`visits/${visit.visitId}/extension`)).status]).toEqual([204, 404]);
  });

  const acts: [method: 'GET' | 'POST' | 'DELETE', path: string, body?: object][] = [
    ['POST', 'extension'],
    ['DELETE', ''],
    ['GET', 'data'],
    ['GET', 'data/file'],
    ['POST', 'pin', { pin: '314159' }],
    ['POST', 'card', { cardNumber: '04B2' }],
    ['POST', 'withdrawal', { requester: 'self' }],
    ['POST', 'enrolment', { act: 'touch' }],
    ['DELETE', 'enrolment'],
    ['GET', 'receipts/r-1'],
    ['POST', 'notice-seen', { hash: '0'.repeat(64) }],
  ];

  it.each(acts)('is nobody else’s: %s %s from another screen finds nothing', async (method, path, body) => {
    const { screen, id, visit } = await screenOfAda();
    const other = await beside(screen);
    const { status, body: problem } = await other.call(
      method,
      `visits/${visit.visitId}/${path}`.replace(/\/$/, ''),
      body,
    );
    expect([status, problem.code, screen.site.policy.person(id).ready]).toEqual([404, 'visit-ended', true]);
  });

  it('cannot be guessed', async () => {
    const { visit } = await screenOfAda();
    expect(visit.visitId).toMatch(/^w-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('says nothing of what another proof is needed for', async () => {
    const { screen } = await screenOfAda();
    const visit = await prove(screen, { kind: 'card', cardNumber });
    const { status, body } = await screen.get(`visits/${visit.visitId}/data`);
    expect([status, body.code]).toEqual([409, 'act-refused']);
  });

  it('guessed at over and over is slowed down, and open again after a moment', async () => {
    const { screen } = await screenOfAda();
    const statuses: number[] = [];
    for (let round = 0; round < 12; round += 1)
      statuses.push((await screen.post('visits', { proof: { kind: 'card', cardNumber: 'FFFF' } })).status);
    screen.site.clock.advance(10_000);
    expect([statuses.at(-1), (await prove(screen, { kind: 'card', cardNumber, pin })).provedBy]).toEqual([
      429,
      'card+pin',
    ]);
  });
});

describe('a person at the screen', () => {
  it('changes their PIN', async () => {
    const { screen, visit } = await screenOfAda();
    await screen.post(`visits/${visit.visitId}/pin`, { pin: '314159' });
    const next = await prove(screen, { kind: 'card', cardNumber, pin: '314159' });
    expect(next.provedBy).toBe('card+pin');
  });

  it('adds a card', async () => {
    const { screen, visit } = await screenOfAda();
    const { body } = await screen.post<VisitView>(`visits/${visit.visitId}/card`, { cardNumber: '04B2' });
    expect(body.person.cards).toBe(2);
  });

  it('reads a withdrawal’s receipt in their language, and it can be checked off line', async () => {
    const { screen, visit } = await screenOfAda();
    const receipt = await screen.post<ReceiptView>(`visits/${visit.visitId}/withdrawal`, {
      requester: 'self',
      language: 'en',
    });
    const again = await screen.get<ReceiptView>(
      `visits/${visit.visitId}/receipts/${receipt.body.receiptId}?language=zh`,
    );
    expect([receipt.status, JSON.parse(again.body.signed).format, again.body.lines.length]).toEqual([
      200,
      'menshen-receipt-1',
      receipt.body.lines.length,
    ]);
    expect(again.body.lines[0]?.label).not.toBe(receipt.body.lines[0]?.label);
  });

  it('takes what is held about them as a file', async () => {
    const { screen, visit } = await screenOfAda();
    const file = await screen.get<OwnData>(`visits/${visit.visitId}/data/file?language=en`);
    expect([file.headers['content-disposition'], file.body.sections.length > 0]).toEqual([
      'attachment; filename="menshen-my-data-2026-03-02.json"',
      true,
    ]);
  });
});

describe('one’s own data on one’s own phone', () => {
  const publicUrl = { 'http.publicUrl': 'https://10.0.0.5:8460' };
  type Link = { url: string; code: string[]; expiresAt: string };
  const linkOf = async (screen: Screen, visitId: string): Promise<string> =>
    (await screen.post<Link>(`visits/${visitId}/data/link`, { language: 'en' })).body.url.slice(
      publicUrl['http.publicUrl'].length,
    );
  /** A phone: another machine, without any key. */
  const phone = (screen: Screen, path: string) =>
    screen.call<OwnData & { code?: string }>(
      'GET',
      path,
      undefined,
      { cookie: undefined },
      { remoteAddress: '10.0.0.77' },
    );

  it('is taken once, by whoever was shown the address', async () => {
    const { screen, id, visit } = await screenOfAda({ changes: publicUrl });
    const path = await linkOf(screen, visit.visitId);
    const first = await phone(screen, path);
    const second = await phone(screen, path);
    expect([first.status, first.headers['cache-control'], first.text.includes(id), second.status]).toEqual([
      200,
      'no-store',
      true,
      404,
    ]);
  });

  it('comes as a code that a phone reads', async () => {
    const { screen, visit } = await screenOfAda({ changes: publicUrl });
    const { body } = await screen.post<Link>(`visits/${visit.visitId}/data/link`, {});
    expect([body.code.length > 30, body.code.every((row) => row.length === body.code.length)]).toEqual([true, true]);
  });

  it.each<[string, (screen: Screen, visitId: string) => unknown]>([
    ['the person left', (screen, visitId) => screen.call('DELETE', `visits/${visitId}`)],
    ['the visit ran out', (screen) => screen.site.timers.advance(180_000)],
    ['another address was asked for', (screen, visitId) => linkOf(screen, visitId)],
    [
      'the person was erased',
      (screen) => screen.site.retention.eraseSubject(screen.site.store.subjects.list('', 1)[0]?.id ?? '', 'order'),
    ],
  ])('is gone once %s', async (_what, happen) => {
    const { screen, visit } = await screenOfAda({ changes: publicUrl });
    const path = await linkOf(screen, visit.visitId);
    await happen(screen, visit.visitId);
    expect((await phone(screen, path)).status).toBe(404);
  });

  it('has no address where phones cannot reach the terminal', async () => {
    const { screen, visit } = await screenOfAda();
    const { status, body } = await screen.post(`visits/${visit.visitId}/data/link`, {});
    expect([status, body.code]).toEqual([404, 'not-found']);
  });

  it('is not had by guessing', async () => {
    const { screen } = await screenOfAda({ changes: publicUrl });
    const guesses = [`/v1/own-data/${'A'.repeat(43)}`, '/v1/own-data/x', '/v1/own-data/'];
    const answers = await Promise.all(guesses.map((path) => phone(screen, path)));
    expect(answers.map(({ status }) => status)).toEqual([404, 400, 400]);
  });
});

describe('a page that goes away', () => {
  it('ends the look at the face that it began', async () => {
    const { screen } = await screenOfAda();
    const url = await screen.server.listen({ host: '127.0.0.1', port: 0 });
    const leaving = new AbortController();
    const asked = fetch(`${url}/kiosk/api/visits`, {
      method: 'POST',
      headers: {
        ...{
          origin: url,
          'sec-fetch-site': 'same-origin',
          'x-menshen-screen': '1',
          'content-type': 'application/json',
        },
        cookie: screen.cookie ?? '',
      },
      body: JSON.stringify({ proof: faceProof(cardNumber) }),
      signal: leaving.signal,
    });
    await until('the look', () => screen.site.vision.watching === 1 || undefined);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await until('its end', () => screen.site.vision.watching === 0 || undefined);
    expect(newestAudit(screen.site, 'visit.face-refused')?.reason).toBe('cancelled');
  });
});

describe('an enrolment at the screen', () => {
  /** Somebody new, with an operator's code, who has just consented. */
  async function newcomer(options: SiteOptions = {}) {
    const screen = await pairedScreen(options);
    const { id } = addPerson(screen.site);
    const { code } = screen.site.codes.make({ subjectId: id, operatorId: 'op-1' });
    const visit = await prove(screen, { kind: 'enrolment-code', code });
    const { body } = await screen.post<VisitView>(`visits/${visit.visitId}/consent`, {
      noticeHash: screen.site.notice.hash,
      language: 'zh',
      ...{ separateAct: true, voluntary: true, alternativesShown: true, days: 20 },
    });
    return { screen, id, visitId: visit.visitId, consented: body };
  }
  const begin = (screen: Screen, visitId: string) =>
    screen.post<EnrolmentProgress & { code?: string }>(`visits/${visitId}/enrolment`, { act: 'touch' });

  it('follows the consent, by the person’s own act, and records it', async () => {
    const { screen, id, visitId, consented } = await newcomer();
    const { status, body } = await begin(screen, visitId);
    screen.site.vision.show(ada, 5);
    await settled();
    expect([consented.may, status, body.state, newestAudit(screen.site, 'template.enrolled')]).toEqual([
      expect.arrayContaining(['enrol']),
      202,
      'running',
      expect.objectContaining({ subjectId: id, act: 'touch', operatorId: 'op-1', attackDetection: 'assessed' }),
    ]);
    expect(screen.site.policy.person(id).ready).toBe(true);
  });

  it('is ended by the person, and then nothing of it is kept', async () => {
    const { screen, id, visitId } = await newcomer();
    await begin(screen, visitId);
    screen.site.vision.show(ada, 3);
    const { status } = await screen.call('DELETE', `visits/${visitId}/enrolment`);
    screen.site.vision.show(ada, 5);
    await settled();
    expect([status, screen.site.vision.watching, screen.site.policy.person(id)]).toEqual([
      204,
      0,
      { ready: false, reason: 'not-enrolled' },
    ]);
  });

  it('ends when the person leaves', async () => {
    const { screen, visitId } = await newcomer();
    await begin(screen, visitId);
    await screen.call('DELETE', `visits/${visitId}`);
    expect(screen.site.vision.watching).toBe(0);
  });

  it('is one at a time', async () => {
    const { screen, visitId } = await newcomer();
    await begin(screen, visitId);
    const second = await begin(screen, visitId);
    expect([second.status, second.body.code]).toEqual([409, 'camera-busy']);
  });

  it('does not begin without consent', async () => {
    const screen = await pairedScreen();
    const { code } = screen.site.codes.make({ subjectId: addPerson(screen.site).id, operatorId: 'op-1' });
    const { visitId } = await prove(screen, { kind: 'enrolment-code', code });
    const { status, body } = await begin(screen, visitId);
    expect([status, body.code, screen.site.vision.watching]).toEqual([409, 'act-refused', 0]);
  });

  it('of a picture of a face fails', async () => {
    const { screen, id, visitId } = await newcomer();
    await begin(screen, visitId);
    screen.site.vision.show(adaOnAScreen, 5);
    await settled();
    expect([newestAudit(screen.site, 'enrolment.refused')?.reason, screen.site.policy.person(id).ready]).toEqual([
      'enrolment-failed',
      false,
    ]);
  });

  it('of a face that is enrolled as somebody else fails', async () => {
    const { screen, visitId } = await newcomer();
    addEnrolled(screen.site, bo);
    await begin(screen, visitId);
    screen.site.vision.show(bo, 5);
    await settled();
    expect(newestAudit(screen.site, 'enrolment.refused')?.reason).toBe('duplicate-face');
  });
});

describe('without saying who one is', () => {
  it('one complains, and gets a reference to write down', async () => {
    const screen = await pairedScreen();
    const complaint = { text: 'The camera looks at the street.', contact: 'me@example.invalid', language: 'zh' };
    const { status, body } = await screen.post('complaints', complaint);
    expect([status, body, auditKinds(screen.site)]).toEqual([
      201,
      { complaintId: expect.any(String), at: expect.any(String), reference: expect.stringMatching(/^[2-9A-Z]{8}$/) },
      expect.arrayContaining(['complaint.filed']),
    ]);
  });

  it('one calls somebody to this door', async () => {
    const screen = await pairedScreen();
    const { status } = await screen.post('staff-calls', { reason: 'accessibility' });
    expect([status, newestAudit(screen.site, 'staff.called')]).toEqual([
      202,
      expect.objectContaining({ doorId: 'main', reason: 'accessibility' }),
    ]);
  });

  it('one fills no disk with complaints', async () => {
    const screen = await pairedScreen();
    const statuses: number[] = [];
    for (let round = 0; round < 6; round += 1)
      statuses.push((await screen.post('complaints', { text: 'again', language: 'zh' })).status);
    expect(statuses.slice(-2)).toEqual([429, 429]);
  });
});
