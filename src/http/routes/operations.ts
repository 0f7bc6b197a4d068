import { MenshenError } from '../../core/index.js';
import { callerOrThrow } from '../auth.js';
import type { CallerView } from '../console/contract.js';
import type { Routes } from '../route.js';
import { clockConfirmation, idParameter, newApiKey, pageQuery } from '../schemas.js';
import type { Services } from '../services.js';
import { iso, receiptView } from '../views.js';

const tags = ['operation'];
const confirmationToleranceMs = 120_000;

/** What keeps the terminal running and answerable: retention, keys, clock. */
export const operationRoutes: Routes = (server, services) => {
  const { store, retention, apiKeys, clockGuard } = services;

  server.get(
    '/v1/retention',
    {
      config: { allow: ['operator', 'auditor'] },
      schema: { tags, summary: 'Who is due when (counts), and the newest receipts', querystring: pageQuery },
    },
    async (request) => ({
      maxDays: services.config.site.retention.maxDays,
      justification: services.config.site.retention.justification,
      clock: clockGuard.status(),
      inactivityDays: services.config.site.retention.inactivityDays ?? null,
      purposeEndsOn: services.config.site.purpose.endsOn ?? null,
      forecast: retention.forecast(),
      months: await retention.forecastByMonth(),
      renewals: retention.renewalsDue(),
      decommissioned: retention.decommissioned() ?? null,
      models: templateModels(services),
      movements: services.doors.kept(),
      receipts: store.receipts.newest(request.query.limit ?? 50).map(receiptView),
    }),
  );
  server.post(
    '/v1/retention/sweep',
    { config: { allow: ['operator'] }, schema: { tags, summary: 'Erase now whoever is due' } },
    async () => retention.sweep(),
  );

  server.post(
    '/v1/clock/confirmation',
    {
      config: { allow: ['operator'] },
      schema: {
        tags,
        summary: 'Somebody looked at another clock: face mode and purges go on',
        body: clockConfirmation,
      },
    },
    async (request) => {
      const differenceMs = Math.abs(Date.parse(request.body.now) - services.clock.wallMs());
      if (!(differenceMs <= confirmationToleranceMs)) {
        throw new MenshenError(
          'clock-suspect',
          'The device’s clock differs from yours by more than two minutes. Set it first, then confirm.',
        );
      }
      return clockGuard.confirm(callerOrThrow(request).id);
    },
  );

  server.get(
    '/v1/caller',
    {
      config: { allow: ['panel', 'operator', 'auditor', 'kiosk'] },
      schema: { tags, summary: 'Whose key this call was made with' },
    },
    async (request): Promise<CallerView> => callerOrThrow(request),
  );
  server.post(
    '/v1/keys',
    {
      config: { allow: [], neverRemember: true },
      schema: { tags, summary: 'Make an API key; shown once', body: newApiKey },
    },
    async (request, reply) => reply.status(201).send(keyView(apiKeys.add(request.body, callerOrThrow(request).id))),
  );
  server.get('/v1/keys', { config: { allow: [] }, schema: { tags, summary: 'List API keys' } }, async () => ({
    keys: apiKeys.list().map(keyView),
  }));
  server.delete(
    '/v1/keys/:id',
    { config: { allow: [] }, schema: { tags, summary: 'Revoke an API key', params: idParameter } },
    async (request, reply) => {
      apiKeys.revoke(request.params.id, callerOrThrow(request).id);
      return reply.status(204).send();
    },
  );
};

/** Whose template is of another model than the running one enrols again at the next pass with card and PIN. */
function templateModels({ store, vision }: Services) {
  const running = vision?.facts()?.modelId;
  return {
    running: running ?? null,
    templates: store.templates.countByModel(),
    ...(running === undefined ? {} : { peopleWithOtherModelsOnly: store.templates.peopleWithout(running) }),
  };
}

interface KeyTimes {
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs?: number;
}

function keyView<K extends KeyTimes>({ createdAtMs, expiresAtMs, revokedAtMs, ...key }: K) {
  const revoked = revokedAtMs === undefined ? {} : { revokedAt: iso(revokedAtMs) };
  return { ...key, createdAt: iso(createdAtMs), expiresAt: iso(expiresAtMs), ...revoked };
}
