import { needsTwoPeople } from '../../config/index.js';
import { MenshenError } from '../../core/index.js';
import { ownData, receiptOf, signedRecord } from '../../visit/index.js';
import { actView } from '../act-view.js';
import { actorOf, callerOrThrow } from '../auth.js';
import type { Routes } from '../route.js';
import { decommissioning, idParameter, languageQuery } from '../schemas.js';
import { receiptView } from '../views.js';

const tags = ['records'];

/** What people are given in hand: receipts, their own data; and the end of everything. */
export const recordRoutes: Routes = (server, services) => {
  const { store, retention, config, acts } = services;

  server.get(
    '/v1/receipts/:id',
    {
      config: { allow: ['operator', 'auditor'] },
      schema: {
        tags,
        summary:
          'One signed receipt or consent record, with its lines for printing and the file for `menshen receipt verify`',
        params: idParameter,
        querystring: languageQuery,
      },
    },
    async (request) => {
      const receipt = signedRecord(store, request.params.id);
      if (receipt === undefined) throw new MenshenError('not-found', 'There is no such receipt.');
      const { lines, signed } = receiptOf(services, receipt, request.query.language);
      return { ...receiptView(receipt), lines, signed };
    },
  );
  server.delete(
    '/v1/receipts/:id',
    {
      config: { allow: [] },
      schema: {
        tags,
        summary: 'Delete a receipt; refused before its keeping period is over (M9.4)',
        params: idParameter,
      },
    },
    async (request, reply) => {
      retention.removeReceipt(request.params.id, callerOrThrow(request).id);
      return reply.status(204).send();
    },
  );

  server.get(
    '/v1/subjects/:id/data',
    {
      config: { allow: ['operator'] },
      schema: {
        tags,
        summary: 'What is held about a person, at their request (P45): records, never the template; audited',
        params: idParameter,
        querystring: languageQuery,
      },
    },
    async (request) =>
      ownData(services, request.params.id, { by: callerOrThrow(request).id, form: 'file' }, request.query.language),
  );

  server.post(
    '/v1/decommissioning',
    {
      config: { allow: [] },
      schema: {
        tags,
        summary: 'End the use of this device and erase everybody (M15.4); it cannot be undone',
        body: decommissioning,
      },
    },
    async (request, reply) => {
      const { deviceId } = request.body;
      if (!needsTwoPeople(config)) return retention.decommission(deviceId, callerOrThrow(request).id);
      if (deviceId !== config.device.id)
        throw new MenshenError(
          'body-invalid',
          `Type this device’s id, ${config.device.id}, to say that you mean it. Nothing was done.`,
        );
      return reply.status(202).send(actView(acts.propose('decommission', { deviceId }, actorOf(request))));
    },
  );
};
