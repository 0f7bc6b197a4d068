import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AuditTrail, verifyAudit } from '#menshen/audit/index.js';
import { answerWithinDays, ComplaintRegister, complaintLimits, type NewComplaint } from '#menshen/complaint/index.js';
import { MenshenError } from '#menshen/core/index.js';
import { verifySignature } from '#menshen/crypto/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import type { Store } from '#menshen/store/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { auditKinds, dayMs } from '../support/site.js';
import { createTestStore, openTestStore, rawDatabase, tempFolder } from '../support/temp-store.js';
import { fillUp, smallDisk } from '../unit/fixtures/small-disk.js';

const said = 'The gate stared at my daughter';
const reachMe = 'phone 555-0199';

function open(store: Store = createTestStore(), clock = new FakeClock()) {
  const audit = new AuditTrail(store, clock);
  const register = new ComplaintRegister({
    ...{ store, audit, clock },
    randomness: systemRandomness,
    deviceId: 'gate-1',
    contacts: ['complaints desk'],
  });
  const file = (changes: Partial<NewComplaint> = {}) =>
    register.file({ text: said, contact: reachMe, language: 'en', via: 'screen', ...changes });
  return { store, clock, register, file };
}

test('M17: a complaint gets a reference to write down and a receipt that this device signed', () => {
  const { store, file } = open();
  const { reference, receipt } = file();
  expect(reference).toMatch(/^[2-9A-HJKMNP-TV-Z]{8}$/);
  expect(verifySignature(store.signingKey.publicKey, receipt.body, receipt.signature)).toBe(true);
  expect(JSON.parse(receipt.body)).toMatchObject({ reference, deviceId: 'gate-1' });
});

test('M17: what a complaint says and whom to call stands nowhere in the store in clear, nor in audit or receipt', () => {
  const folder = tempFolder();
  const store = createTestStore(folder);
  open(store).file();
  store.close();
  const bytes = rawDatabase(folder, (db) => db.serialize());
  const files = [bytes, readFileSync(join(folder, 'menshen.db'))];
  for (const words of [said, reachMe]) expect(files.some((file) => file.includes(words))).toBe(false);
  // The scan itself finds what is there.
  expect(bytes.includes('complaint.filed')).toBe(true);
});

test('M17: it is read by reference, also in small letters and after a restart, and that it was read is recorded', () => {
  const folder = tempFolder();
  const store = createTestStore(folder);
  const { reference } = open(store).file();
  store.close();
  const { register, store: reopened } = open(openTestStore(folder));
  expect(register.read(reference.toLowerCase(), 'op-1')).toMatchObject({ text: said, contact: reachMe, state: 'open' });
  expect(auditKinds({ store: reopened })).toEqual(['complaint.filed', 'complaint.read']);
});

test('M17: a complaint is open, then answered, then closed, and never goes back or skips a step', () => {
  const { register, file } = open();
  const { complaintId } = file();
  expect(() => register.close(complaintId, 'op-1')).toThrow('closed after it was answered');
  register.answer(complaintId, 'We are sorry', 'op-1');
  expect(() => register.answer(complaintId, 'Again', 'op-2')).toThrow('answered already');
  expect(register.close(complaintId, 'op-1')).toMatchObject({ state: 'closed', answeredBy: 'op-1' });
  expect(register.read(complaintId, 'op-1')).toMatchObject({ text: said, answer: 'We are sorry' });
});

test('M17: an answer that is overdue by the house’s own rule is said once, and not before', () => {
  const { store, clock, register, file } = open();
  file();
  clock.advance(answerWithinDays * dayMs);
  expect(register.remind()).toBe(0);
  clock.advance(1);
  expect([register.remind(), register.remind()]).toEqual([1, 1]);
  expect(auditKinds({ store }).filter((kind) => kind === 'complaint.overdue')).toHaveLength(1);
});

test('M17: a flood at the screen is refused with where else to complain, is recorded once, and leaves the operator’s way open', () => {
  const { store, file } = open();
  for (let n = 0; n < complaintLimits.screen.perHour; n += 1) file();
  for (let n = 0; n < 3; n += 1) expect(() => file()).toThrow('complaints desk');
  expect(auditKinds({ store }).filter((kind) => kind === 'complaint.limit-reached')).toHaveLength(1);
  expect(file({ via: 'operator', by: 'op-1' }).reference).toHaveLength(8);
});

test('M17: no more than a day’s number is taken in a day, also over a restart and however the hours are used', () => {
  const folder = tempFolder();
  const store = createTestStore(folder);
  const { clock, file } = open(store);
  let taken = 0;
  for (let hour = 0; hour < 5; hour += 1) {
    for (let n = 0; n < 20; n += 1) taken += accepted(file);
    clock.advance(3_600_001);
  }
  store.close();
  taken += accepted(open(openTestStore(folder), clock).file);
  expect(taken).toBe(complaintLimits.screen.perDay);
});

test('M17: a clock that was ahead when people complained does not keep others from complaining once it is right', () => {
  const { clock, file } = open();
  clock.jumpWall(400 * dayMs);
  for (let n = 0; n < complaintLimits.screen.perHour; n += 1) file();
  clock.jumpWall(-400 * dayMs);
  expect(accepted(file)).toBe(1);
});

test.each([
  ['nothing but blanks', { text: ' \n\t ' }],
  ['more than 4 kB', { text: '门'.repeat(1366) }],
  ['a contact that is a novel', { contact: 'x'.repeat(401) }],
])('M17: %s is refused and leaves nothing', (_what, changes) => {
  const { store, file } = open();
  expect(() => file(changes)).toThrow(/says nothing|Shorten it/);
  expect(store.registers.count('complaint')).toBe(0);
});

test('M17: control characters that would command a terminal are taken out, words of any language stay', () => {
  const { register, file } = open();
  const { complaintId } = file({ text: '\u001b[2J门神\u0007\r\n第二行\ud800' });
  expect(register.read(complaintId, 'op-1').text).toBe('[2J门神\n第二行\ufffd');
});

test('M9.4: closed complaints go after three years by the trusted time, open ones stay', async () => {
  const { store, clock, register, file } = open();
  const { complaintId } = file();
  register.answer(complaintId, 'We are sorry', 'op-1');
  register.close(complaintId, 'op-1');
  file();
  clock.advance(3 * 365 * dayMs - 3 * dayMs);
  expect(register.prune(clock.wallMs())).toBe(0);
  clock.advance(6 * dayMs);
  expect(register.prune(clock.wallMs())).toBe(1);
  expect(register.counts()).toMatchObject({ open: 1, closed: 0 });
  expect(await verifyAudit(store)).toMatchObject({ intact: true });
});

test('M17: on a full disk a complaint is refused, and what is held back for the gate’s own records stays held', (context) => {
  const folder = smallDisk(context, 4);
  const store = createTestStore(folder);
  expect(store.reserve.restore()).toBe(true);
  const { file } = open(store);
  fillUp(folder);
  const refusals = Array.from({ length: 50 }, () => codeOf(() => file({ via: 'operator', text: 'x'.repeat(4000) })));
  expect(refusals.at(-1)).toBe('store-full');
  expect(store.reserve.held()).toBe(true);
});

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'none';
  } catch (thrown) {
    return thrown instanceof MenshenError ? thrown.code : String(thrown);
  }
}

function accepted(file: () => unknown): number {
  try {
    file();
    return 1;
  } catch {
    return 0;
  }
}
