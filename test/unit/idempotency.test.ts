import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { addIdempotency } from '#menshen/http/idempotency.js';
import type { Services } from '#menshen/http/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeTimers } from '../support/fake-timers.js';

const servers: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A server whose one call answers with so many characters, and how often it did its work. */
function serverOf(answerLength: number) {
  const clock = new FakeClock();
  const timers = new FakeTimers(clock);
  const server = Fastify();
  servers.push(server);
  const worked = { times: 0 };
  addIdempotency(server, { clock, timers } as unknown as Services);
  server.post('/work', async () => {
    worked.times += 1;
    return 'x'.repeat(answerLength);
  });
  const call = (key: string) =>
    server.inject({ method: 'POST', url: '/work', headers: { 'idempotency-key': key }, payload: {} });
  return { call, worked, timers, server };
}

it('remembers an answer for ten minutes', async () => {
  const { call, worked, timers } = serverOf(10);
  await call('one');
  timers.advance(599_999);
  await call('one');
  const before = worked.times;
  timers.advance(1);
  await call('one');
  expect([before, worked.times]).toEqual([1, 2]);
});

it('keeps no more than eight million characters of answers: the oldest go first', async () => {
  const { call, worked } = serverOf(1024 * 1024);
  for (let n = 0; n < 9; n += 1) await call(`k${n}`);
  await call('k8');
  await call('k1');
  const before = worked.times;
  await call('k0');
  expect([before, worked.times]).toEqual([9, 10]);
});

it('holds nothing alive once the server is closed', async () => {
  const { timers, server } = serverOf(10);
  await server.close();
  expect(timers.pending).toBe(0);
});
