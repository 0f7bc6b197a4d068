/** What people come to the screen for, touch by touch. */
import type { Gate, Person } from '../e2e/gate.js';
import type { Screen } from './screen.js';

/** Somebody the operator knows by name and age, who has no way in yet. */
export async function newPerson({ operator }: Gate, ageBand = 'adult'): Promise<Person> {
  people += 1;
  const personNumber = `70${people}`;
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const { body, text } = await operator.post<{ subjectId?: string }>('/v1/subjects', {
    personNumber,
    ageBand,
    expiresAt,
  });
  if (body.subjectId === undefined) throw new Error(`subject: ${text}`);
  return { subjectId: body.subjectId, personNumber, pin: String(481_500 + people), cardNumber: `04C0FFEE${people}0` };
}

let people = 0;

export async function giveCard({ operator }: Gate, { subjectId, cardNumber }: Person): Promise<void> {
  const { status, text } = await operator.post(`/v1/subjects/${subjectId}/cards`, { cardNumber });
  if (status !== 201) throw new Error(`card: ${text}`);
}

export async function givePin({ operator }: Gate, { subjectId, pin }: Person): Promise<void> {
  const { status, text } = await operator.call('PUT', `/v1/subjects/${subjectId}/pin`, { pin });
  if (status !== 204) throw new Error(`pin: ${text}`);
}

/** The operator's one-time code with which a person may consent at the screen. */
export async function enrolmentCode({ operator }: Gate, { subjectId }: Person, more = {}): Promise<string> {
  const { body, text } = await operator.post<{ code?: string }>(`/v1/subjects/${subjectId}/enrolment-codes`, more);
  if (body.code === undefined) throw new Error(`code: ${text}`);
  return body.code;
}

/** From the first screen to the notice that comes before a decision. */
export async function comeToDecide(screen: Screen, code: string): Promise<void> {
  await screen.press('bar.consent');
  await screen.shows('prove.title');
  await screen.press('prove.code');
  await screen.fill('prove.code-label', code);
  await screen.press('action.ok');
  await screen.shows('consent.notice-title');
}

/** Reads the notice on the screen to its end. */
export async function readNotice(screen: Screen): Promise<void> {
  const more = screen.button('notice.more');
  const seen = screen.button('notice.seen');
  await more.or(seen).waitFor();
  while (!(await seen.isVisible())) {
    await more.click();
    await screen.drawn();
  }
}

/** What the three sentences say, and for how long: from the decision's screen to what follows it. */
export async function consent(screen: Screen): Promise<void> {
  for (const box of await screen.page.getByRole('checkbox').all()) await screen.tickBox(box);
  await screen.press('consent.days', { count: 30 });
  await screen.press('consent.give');
}

/** Has the face enrolled from the camera, and gets a PIN where there is no other way in yet. */
export async function enrolFace(screen: Screen, { pin }: Person): Promise<void> {
  await screen.shows('enrol.title');
  await screen.press('enrol.start');
  await screen.shows('second.title');
  await screen.press('act.set-pin');
  await screen.fill('set-pin.first', pin);
  await screen.fill('set-pin.second', pin);
  await screen.press('action.ok');
  await screen.shows('done.pin');
}

/** Own matters, by card. */
export async function proveByCard(screen: Screen, { cardNumber, pin }: Person, title: string): Promise<void> {
  await screen.shows('prove.title');
  await screen.press('prove.card');
  await screen.fill('card.number', cardNumber);
  if (await screen.field('prove.pin-too').isVisible()) await screen.fill('prove.pin-too', pin);
  await screen.press('action.ok');
  await screen.shows(title);
}

/** Own matters, by person number and PIN. */
export async function proveByPin(screen: Screen, { personNumber, pin }: Person, title: string): Promise<void> {
  await screen.shows('prove.title');
  await screen.press('prove.pin');
  await screen.fill('pin.person-number', personNumber);
  await screen.fill('pin.pin', pin);
  await screen.press('action.ok');
  await screen.shows(title);
}

/** At a site where the face confirms whom a PIN names, up to the camera. */
export async function showFace(screen: Screen, { personNumber, pin }: Person): Promise<void> {
  await screen.ready();
  await screen.choose('face');
  await screen.press('face.claim-pin');
  await screen.fill('pin.person-number', personNumber);
  await screen.fill('pin.pin', pin);
  await screen.press('face.start-key');
}

/** The same to its end. @returns what is said of it. */
export async function comeInByFace(screen: Screen, person: Person): Promise<string> {
  await showFace(screen, person);
  return screen.result();
}

/** @returns what is said of it. */
export async function comeInByPin(screen: Screen, { personNumber, pin }: Person): Promise<string> {
  await screen.ready();
  await screen.choose('pin');
  await screen.fill('pin.person-number', personNumber);
  await screen.fill('pin.pin', pin);
  await screen.press('action.ok');
  return screen.result();
}

/** @returns what is said of it. */
export async function comeInByCard(screen: Screen, { cardNumber }: Person): Promise<string> {
  await screen.ready();
  await screen.showCard(cardNumber);
  return screen.result();
}
