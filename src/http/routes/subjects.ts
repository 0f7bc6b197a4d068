import { MenshenError } from '../../core/index.js';
import { normalCardNumber } from '../../credentials/index.js';
import { callerOrThrow } from '../auth.js';
import { futureMs } from '../future.js';
import type { Routes } from '../route.js';
import {
  idParameter,
  newCard,
  newConsent,
  newEnrolment,
  newEnrolmentCode,
  newPin,
  newSubject,
  pageQuery,
  withdrawal,
} from '../schemas.js';
import type { Services } from '../services.js';
import { iso, receiptView } from '../views.js';

const operator = { allow: ['operator'] } as const;
const tags = ['people'];
const defaultLimit = 100;
const enrolmentTimeoutMs = 30_000;
const duressRemoved =
  'The PIN is set. The duress PIN was removed, because the pepper of PINs was changed since it was set. Set it anew, and tell the person that the former one raises no alarm.';
const stillsLimitBytes = 48 * 1024 * 1024;

/** People: add, consent, enrol, PIN and cards, withdraw, erase. */
export const subjectRoutes: Routes = (server, services) => {
  const { store, audit, clock, policy, consents, pins, enrolments, enrolmentCodes, retention, config } = services;
  const nowMs = () => Math.round(clock.wallMs());

  server.post(
    '/v1/subjects',
    { config: operator, schema: { tags, summary: 'Add a person', body: newSubject } },
    async (request, reply) => {
      if (retention.decommissioned() !== undefined)
        throw new MenshenError('decommissioned', 'Nobody is added here any more (M15.4).');
      const { personNumber, displayName, ageBand, expiresAt } = request.body;
      const expiresAtMs = futureMs(expiresAt, nowMs());
      const profile = {
        ...(personNumber === undefined ? {} : { personNumber }),
        ...(displayName === undefined ? {} : { displayName }),
      };
      const subject = store.transaction(() => {
        const added = store.subjects.add(profile, ageBand, { nowMs: nowMs(), expiresAtMs });
        audit.append('subject.added', { subjectId: added.id, ageBand, expiresAtMs, by: callerOrThrow(request).id });
        return added;
      });
      return reply.status(201).send(subjectView(services, subject.id));
    },
  );

  server.get(
    '/v1/subjects',
    { config: operator, schema: { tags, summary: 'List people', querystring: pageQuery } },
    async (request) => {
      const page = store.subjects.list(request.query.after ?? '', request.query.limit ?? defaultLimit);
      return { subjects: page.map(({ id }) => subjectView(services, id)), after: page.at(-1)?.id ?? null };
    },
  );

  server.get(
    '/v1/subjects/:id',
    {
      config: operator,
      schema: { tags, summary: 'What is held about a person; never the template', params: idParameter },
    },
    async (request) => subjectView(services, request.params.id),
  );

  server.delete(
    '/v1/subjects/:id',
    { config: operator, schema: { tags, summary: 'Erase a person and everything held', params: idParameter } },
    async (request) => receiptView(await retention.eraseSubject(request.params.id, 'order')),
  );

  server.post(
    '/v1/subjects/:id/consents',
    { config: operator, schema: { tags, summary: 'Record a consent', params: idParameter, body: newConsent } },
    async (request, reply) => {
      const { expiresAt, guardian, renewal, ...given } = request.body;
      const wanted = {
        ...given,
        subjectId: request.params.id,
        operatorId: callerOrThrow(request).id,
        expiresAtMs: Date.parse(expiresAt),
        ...(guardian === undefined ? {} : { guardian }),
      };
      const consent =
        renewal === true ? consents.renew(wanted, policy.binding()) : consents.give(wanted, policy.binding());
      const { givenAtMs, expiresAtMs, ...rest } = consent;
      return reply.status(201).send({ ...rest, givenAt: iso(givenAtMs), expiresAt: iso(expiresAtMs) });
    },
  );

  server.post(
    '/v1/subjects/:id/notice',
    { config: operator, schema: { tags, summary: 'The person has seen the current notice', params: idParameter } },
    async (request) => {
      consents.noticeShown(request.params.id, policy.binding());
      return subjectView(services, request.params.id);
    },
  );

  server.post(
    '/v1/subjects/:id/withdrawal',
    {
      config: operator,
      schema: {
        tags,
        summary: 'Withdraw the consent; the template is destroyed at once',
        params: idParameter,
        body: withdrawal,
      },
    },
    async (request) =>
      receiptView(
        await retention.withdraw({
          subjectId: request.params.id,
          requester: request.body.requester,
          operatorId: callerOrThrow(request).id,
        }),
      ),
  );

  server.post(
    '/v1/subjects/:id/enrolment-codes',
    {
      config: { ...operator, neverRemember: true },
      schema: {
        tags,
        summary: 'A one-time code with which this person enrols at the screen; told once',
        params: idParameter,
        body: newEnrolmentCode,
      },
    },
    async (request, reply) => {
      const { guardianAuthority } = request.body;
      const { code, expiresAtMs } = enrolmentCodes.make({
        subjectId: request.params.id,
        operatorId: callerOrThrow(request).id,
        ...(guardianAuthority === undefined ? {} : { guardianAuthority }),
      });
      return reply.status(201).send({ code, expiresAt: iso(expiresAtMs) });
    },
  );

  server.post(
    '/v1/subjects/:id/enrolments',
    {
      config: operator,
      bodyLimit: stillsLimitBytes,
      schema: {
        tags,
        summary: 'Enrol the face from the camera or from stills',
        params: idParameter,
        body: newEnrolment,
      },
    },
    async (request, reply) => {
      const { body } = request;
      const wanted = {
        subjectId: request.params.id,
        operatorId: callerOrThrow(request).id,
        forIdentification: body.forIdentification ?? config.face.method === '1:N',
        confirmedDistinct: body.confirmedDistinct ?? false,
      };
      if (body.source === 'stills') {
        return reply.status(201).send(
          await enrolments.fromStills(
            wanted,
            body.stills.map((still) => new Uint8Array(Buffer.from(still, 'base64'))),
          ),
        );
      }
      const camera = config.doors.find(({ id }) => id === body.doorId)?.camera;
      if (camera === undefined)
        throw new MenshenError('door-unknown', `There is no door ${body.doorId} with a camera.`);
      return reply.status(201).send(await enrolments.fromCamera(wanted, camera, body.timeoutMs ?? enrolmentTimeoutMs));
    },
  );

  server.put(
    '/v1/subjects/:id/pin',
    {
      config: operator,
      schema: {
        tags,
        summary: 'Set the PIN; answers 204, or 200 where a duress PIN was removed by it and must be set anew',
        params: idParameter,
        body: newPin,
      },
    },
    async (request, reply) => {
      const { id: by } = callerOrThrow(request);
      const { duressPin } = await pins.set(request.params.id, request.body.pin, config.credentials.pin.minDigits, () =>
        audit.append('pin.set', { subjectId: request.params.id, by }),
      );
      return duressPin === 'removed' ? reply.send({ duressPin, detail: duressRemoved }) : reply.status(204).send();
    },
  );

  server.delete(
    '/v1/subjects/:id/pin',
    { config: operator, schema: { tags, summary: 'Remove the PIN', params: idParameter } },
    async (request, reply) => {
      store.transaction(() => {
        if (!store.credentials.removePin(request.params.id))
          throw new MenshenError('not-found', 'There is no PIN to remove.');
        audit.append('pin.removed', { subjectId: request.params.id, by: callerOrThrow(request).id });
      });
      return reply.status(204).send();
    },
  );

  server.post(
    '/v1/subjects/:id/cards',
    { config: operator, schema: { tags, summary: 'Register a card', params: idParameter, body: newCard } },
    async (request, reply) => {
      const subject = store.subjects.require(request.params.id);
      const cardId = store.transaction(() => {
        const added = store.credentials.addCard(subject.id, normalCardNumber(request.body.cardNumber), nowMs());
        audit.append('card.added', { subjectId: subject.id, cardId: added, by: callerOrThrow(request).id });
        return added;
      });
      return reply.status(201).send({ cardId });
    },
  );

  server.delete(
    '/v1/subjects/:id/cards/:cardId',
    { config: operator, schema: { tags, summary: 'Remove a card' } },
    async (request, reply) => {
      const { id, cardId } = request.params as { id: string; cardId: string };
      store.transaction(() => {
        if (!store.credentials.removeCard(id, cardId)) throw new MenshenError('not-found', 'There is no such card.');
        audit.append('card.removed', { subjectId: id, cardId, by: callerOrThrow(request).id });
      });
      return reply.status(204).send();
    },
  );
};

/** Records only: no template, no PIN, no card number. */
function subjectView({ store, policy, consents }: Services, subjectId: string) {
  const subject = store.subjects.require(subjectId);
  const person = policy.person(subjectId);
  return {
    subjectId,
    ...store.subjects.profile(subjectId),
    ageBand: subject.ageBand,
    createdAt: iso(subject.createdAtMs),
    expiresAt: iso(subject.expiresAtMs),
    face: person.ready
      ? { enrolled: true, modelId: person.template.modelId, forIdentification: person.template.forIdentification }
      : { enrolled: false, reason: person.reason, renewable: policy.outdatedTemplate(subjectId) !== undefined },
    consent: consents.state(subjectId, policy.binding()).state,
    pin: store.credentials.pin(subjectId) !== undefined,
    duressPin: store.credentials.pin(subjectId)?.duressVerifier !== undefined,
    cards: store.credentials.cardsOf(subjectId).map(({ id, addedAtMs }) => ({ cardId: id, addedAt: iso(addedAtMs) })),
  };
}
