/** Panels that listen to the event stream, over a real socket. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MenshenError } from '#menshen/core/index.js';
import { buildServer } from '#menshen/http/index.js';
import { type EventStream, Panel } from '../support/panel.js';
import { servicesOf } from '../support/screen.js';
import { openSite, type Site } from '../support/site.js';

const servers: FastifyInstance[] = [];
const streams: EventStream[] = [];
afterEach(async () => {
  await Promise.all(streams.splice(0).map((stream) => stream.close()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function listening(): Promise<{ site: Site; panel: (label?: string) => Panel }> {
  const site = openSite();
  const server = await buildServer(servicesOf(site), { local: false });
  servers.push(server);
  await server.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const keyOf = (label: string) => site.apiKeys.add({ role: 'panel', label, days: 1 }).secret;
  return { site, panel: (label = 'north') => new Panel({ url, key: keyOf(label) }) };
}

async function opened(panel: Panel): Promise<EventStream> {
  const stream = await panel.stream();
  streams.push(stream);
  return stream;
}

const failing = (): never => {
  throw new MenshenError('store-failing', 'The disk failed (SQLITE_IOERR_READ).');
};

describe('an event stream', () => {
  it('that a failing disk cuts off ends nothing else, and goes on where it was when it is opened again', async () => {
    const { site, panel } = await listening();
    const north = panel();
    site.audit.append('door.event', { n: 1 });
    const stream = await opened(north);
    const { id } = await stream.until(({ kind }) => kind === 'door.event');
    const { auditLog } = site.store;
    const events = auditLog.events.bind(auditLog);
    auditLog.events = failing;
    site.audit.append('door.event', { n: 2 });
    await stream.over;
    auditLog.events = events;
    const again = await north.stream(id);
    streams.push(again);
    const next = await again.until(({ kind }) => kind === 'door.event');
    expect([next.id, site.logged]).toEqual([id + 1, expect.arrayContaining(['error event-stream.fault'])]);
  });

  it('is the caller’s ninth at most once another was closed, and no other caller’s loss', async () => {
    const { panel } = await listening();
    const north = panel();
    const eight = [];
    for (let n = 0; n < 8; n += 1) eight.push(await opened(north));
    const refused = await north.get('/v1/events', { headers: { accept: 'text/event-stream' } });
    const south = await opened(panel('south'));
    await eight[0]?.close();
    await vi.waitFor(async () => expect((await opened(north)).status).toBe(200));
    expect([refused.status, refused.body.code, refused.headers['retry-after'], south.status]).toEqual([
      429,
      'too-many-requests',
      '2',
      200,
    ]);
  });

  it('is refused where 64 are open, whoever asks, while pages of events go on', async () => {
    const { panel } = await listening();
    for (let caller = 0; caller < 8; caller += 1) {
      const one = panel(`panel ${caller}`);
      for (let n = 0; n < 8; n += 1) await opened(one);
    }
    const late = panel('late');
    const refused = await late.get('/v1/events', { headers: { accept: 'text/event-stream' } });
    expect([refused.status, (await late.get('/v1/events')).status]).toEqual([429, 200]);
  });

  it('whose caller cannot be looked up at a heartbeat ends alone', async () => {
    const { site, panel } = await listening();
    const stream = await opened(panel());
    site.store.apiKeys.get = failing;
    site.timers.advance(15_000);
    await stream.over;
    expect(site.logged).toContain('error event-stream.fault');
  });
});
