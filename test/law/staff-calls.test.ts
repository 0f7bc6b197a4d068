import { expect, test } from 'vitest';
import { AuditTrail } from '#menshen/audit/index.js';
import { StaffCalls } from '#menshen/complaint/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { createTestStore } from '../support/temp-store.js';

function open() {
  const store = createTestStore();
  const clock = new FakeClock();
  const calls = new StaffCalls({ store, audit: new AuditTrail(store, clock), clock });
  const called = () => store.auditLog.events(1, 1000).filter(({ kind }) => kind === 'staff.called').length;
  return { clock, calls, called, store };
}

const here = { reason: 'accessibility', doorId: 'main' } as const;

test('M5.7: a call for staff is an event with a serial number, which panels read', () => {
  const { calls, store } = open();
  const { callId } = calls.call(here);
  const [event] = store.auditLog.events(1, 10);
  expect(event).toMatchObject({ kind: 'staff.called', eventSerial: 1 });
  expect(JSON.parse(event?.body ?? '')).toEqual({ callId, doorId: 'main', reason: 'accessibility' });
});

test('M5.7: pressing again at once is the same call; after half a minute without an answer it is announced again', () => {
  const { calls, clock, called } = open();
  const first = calls.call(here);
  expect(calls.call(here).callId).toBe(first.callId);
  clock.advance(31_000);
  calls.call(here);
  expect([called(), calls.open().length]).toEqual([2, 1]);
});

test('M5.7: another door’s call is its own', () => {
  const { calls } = open();
  calls.call(here);
  calls.call({ ...here, doorId: 'side' });
  expect(calls.open().map(({ doorId }) => doorId)).toEqual(expect.arrayContaining(['main', 'side']));
});

test('M5.7: one person answers a call; the next hears that it was answered, and a new press calls anew', () => {
  const { calls, called } = open();
  const { callId } = calls.call(here);
  expect(calls.answer(callId, 'op-1')).toMatchObject({ state: 'answered', answeredBy: 'op-1' });
  expect(() => calls.answer(callId, 'op-2')).toThrow('before you');
  calls.call(here);
  expect(called()).toBe(2);
});

test('M5.7: a button that is held down fills neither the audit nor the register, and an open call stays open', () => {
  const { calls, clock, called } = open();
  for (let n = 0; n < 200; n += 1) {
    calls.call(here);
    clock.advance(1000);
  }
  for (let n = 0; n < 100; n += 1) {
    calls.call(here);
    clock.advance(31_000);
  }
  expect(called()).toBe(60);
  expect(calls.open()).toHaveLength(1);
});

test('M5.7: calls answered by a prankster as fast as they come are limited to sixty an hour', () => {
  const { calls, called } = open();
  for (let n = 0; n < 60; n += 1) calls.answer(calls.call(here).callId, 'op-1');
  expect(() => calls.call(here)).toThrow('very often');
  expect(called()).toBe(60);
});

test('M5.7: entries older than thirty days go, newer ones stay', () => {
  const { calls, clock } = open();
  calls.call(here);
  clock.advance(31 * 86_400_000);
  calls.call(here);
  expect([calls.prune(clock.wallMs()), calls.open().length]).toEqual([1, 1]);
});
