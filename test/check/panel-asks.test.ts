/** A panel that starts a verification with the evidence of the act, and hears the answer by stream or web hook. */
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { buildServer } from '#menshen/http/index.js';
import { cardOf } from '../doors/door-site.js';
import { Receiver } from '../outbox/receiver.js';
import { until } from '../support/daemon.js';
import { Panel, signatureHolds, type View } from '../support/panel.js';
import { servicesOf } from '../support/screen.js';
import { addPerson, openSite } from '../support/site.js';

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function gate() {
  const site = openSite();
  const services = servicesOf(site);
  const server = await buildServer(services, { local: false });
  closing.push(
    () => server.close(),
    () => services.outbox.close(),
  );
  await server.listen({ host: '127.0.0.1', port: 0 });
  const key = site.apiKeys.add({ role: 'panel', label: 'panel', days: 30 }).secret;
  const panel = new Panel({ url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`, key });
  const { id } = addPerson(site);
  site.store.credentials.addCard(id, cardOf('ann'), 1);
  const publicKey = Buffer.from(site.store.signingKey.publicKey).toString('base64');
  return { site, services, panel, publicKey };
}

/** The reader at the door showed a card to the panel, which asks with that act. */
async function ask(panel: Panel): Promise<View> {
  const started = await panel.start({ act: { kind: 'card', reference: 'reader-7' }, nonce: 'nonce-of-this-ask' });
  await panel.post(`/v1/verifications/${started.verificationId}/card`, { cardNumber: cardOf('ann') });
  return started;
}

test('the decision comes on the stream, the same one and signed, without being asked for', async () => {
  const { panel, publicKey } = await gate();
  const stream = await panel.stream();
  closing.push(() => stream.close());
  const { verificationId } = await ask(panel);
  const event = await stream.until(
    ({ kind, text }) => kind === 'verification.decided' && text.includes(verificationId),
  );
  const told = JSON.parse(/^data: (.*)$/m.exec(event.text)?.[1] ?? '{}');
  const asked = (await panel.get<View>(`/v1/verifications/${verificationId}`)).body.decision;
  expect(told).toMatchObject({ ...asked, act: 'card', nonce: 'nonce-of-this-ask', decision: 'grant' });
  expect(asked !== undefined && signatureHolds(asked, publicKey)).toBe(true);
});

test('the decision comes to the panel’s web hook, signed twice: the message and the decision', async () => {
  const { panel, services, site } = await gate();
  const receiver = await Receiver.open();
  closing.push(() => receiver.close());
  services.outbox.start();
  const { secret } = services.outbox.add({
    ...{ url: `http://127.0.0.1:${receiver.port}/`, label: 'panel', kinds: ['verification.decided'] },
    ...{ heartbeatSeconds: 60, by: 'op-1' },
  });
  receiver.secret = secret;
  receiver.nowMs = () => site.clock.wallMs();
  const { verificationId } = await ask(panel);
  const told = await until('the decision', () => {
    site.timers.advance(0);
    return receiver.told.find(({ event }) => event?.kind === 'verification.decided');
  });
  expect(told.event).toMatchObject({ verificationId, decision: 'grant', nonce: 'nonce-of-this-ask' });
  expect(receiver.signatures).not.toContain(false);
});

test('a panel that brings no evidence of an act gets no look at a face', async () => {
  const { panel } = await gate();
  const { status, body } = await panel.post('/v1/verifications', {
    ...{ doorId: 'main', purpose: 'entrance', nonce: 'nonce-of-this-ask' },
    ...{ methods: ['face'], claim: { cardNumber: cardOf('ann') } },
  });
  expect([status, body.code]).toEqual([422, 'act-missing']);
});
