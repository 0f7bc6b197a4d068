import type { Server } from '../../route.js';
import { iso } from '../../views.js';
import type { ComplaintReceipt } from '../contract.js';
import { paired, type ScreenDesk, tags } from '../desk.js';
import { complaint, staffCall } from '../schemas.js';

/** Complaints and calls for a person; nobody is asked who they are. */
export function reportRoutes(server: Server, desk: ScreenDesk): void {
  const { complaints, staffCalls } = desk.services;
  server.post(
    '/api/complaints',
    { config: paired, schema: { tags, summary: 'Complain (M17)', body: complaint } },
    async (request, reply) => {
      const by = desk.admit(request, 'complaint');
      const language = desk.spoken(request.body.language);
      const { complaintId, atMs, reference } = complaints.file({ ...request.body, language, via: 'screen', by });
      const receipt: ComplaintReceipt = { complaintId, at: iso(atMs), reference };
      return reply.status(201).send(receipt);
    },
  );
  server.post(
    '/api/staff-calls',
    { config: paired, schema: { tags, summary: 'Call somebody (M5.7)', body: staffCall } },
    async (request, reply) => {
      desk.admit(request, 'staff-call');
      const { atMs } = staffCalls.call({ doorId: desk.screen.doorId, reason: request.body.reason ?? 'help' });
      return reply.status(202).send({ at: iso(atMs) });
    },
  );
}
