import { Type } from '#typebox';
import type { Complaint, StaffCallView } from '../../complaint/index.js';
import { staffCallReasons } from '../../complaint/index.js';
import { MenshenError } from '../../core/index.js';
import { callerOrThrow } from '../auth.js';
import { staffCallList, staffCallView } from '../public-schemas.js';
import type { Routes } from '../route.js';
import { answers, closed, idParameter } from '../schemas.js';
import { iso, receiptView } from '../views.js';

const tags = ['complaints'];
const callTags = ['staff-calls'];
const longText = Type.String({ minLength: 1, maxLength: 4096, description: 'At most 4096 bytes of UTF-8.' });

const newComplaint = Type.Object(
  {
    text: longText,
    contact: Type.Optional(Type.String({ minLength: 1, maxLength: 400 })),
    language: Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' }),
  },
  closed,
);
const complaintQuery = Type.Object(
  {
    state: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('answered'), Type.Literal('closed')])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  closed,
);
const newStaffCall = Type.Object(
  {
    doorId: Type.String({ minLength: 1, maxLength: 63 }),
    reason: Type.Optional(Type.Union(staffCallReasons.map((reason) => Type.Literal(reason)))),
  },
  closed,
);

/** Complaints (M17) and calls for staff (M5.7). */
export const complaintRoutes: Routes = (server, { complaints, staffCalls, config }) => {
  server.post(
    '/v1/complaints',
    {
      config: { allow: ['operator', 'kiosk'] },
      schema: { tags, summary: 'File a complaint; nobody is asked who they are (M17)', body: newComplaint },
    },
    async (request, reply) => {
      const { id, role } = callerOrThrow(request);
      const filed = complaints.file(
        role === 'kiosk' ? { ...request.body, via: 'screen' } : { ...request.body, via: 'operator', by: id },
      );
      const { complaintId, reference, atMs, receipt } = filed;
      return reply.status(201).send({ complaintId, reference, at: iso(atMs), receipt: receiptView(receipt) });
    },
  );
  server.get(
    '/v1/complaints',
    {
      config: { allow: ['operator', 'auditor'] },
      schema: { tags, summary: 'Complaints without what they say', querystring: complaintQuery },
    },
    async (request) => ({ counts: complaints.counts(), complaints: complaints.list(request.query).map(complaintView) }),
  );
  server.get(
    '/v1/complaints/:id',
    {
      config: { allow: ['operator'] },
      schema: { tags, summary: 'One complaint by id or reference; that it was read is recorded', params: idParameter },
    },
    async (request) => {
      const { text, contact, answer, ...rest } = complaints.read(request.params.id, callerOrThrow(request).id);
      return { ...complaintView(rest), text, contact, answer };
    },
  );
  server.post(
    '/v1/complaints/:id/answer',
    {
      config: { allow: ['operator'] },
      schema: {
        tags,
        summary: 'Record the answer to a complaint',
        params: idParameter,
        body: Type.Object({ text: longText }, closed),
      },
    },
    async (request) =>
      complaintView(complaints.answer(request.params.id, request.body.text, callerOrThrow(request).id)),
  );
  server.post(
    '/v1/complaints/:id/closing',
    {
      config: { allow: ['operator'] },
      schema: { tags, summary: 'Close an answered complaint', params: idParameter },
    },
    async (request) => complaintView(complaints.close(request.params.id, callerOrThrow(request).id)),
  );

  server.post(
    '/v1/staff-calls',
    {
      config: { allow: ['operator', 'kiosk'] },
      schema: {
        tags: callTags,
        summary: 'Call a person to a door; panels get an event',
        body: newStaffCall,
        response: answers(202, staffCallView),
      },
    },
    async (request, reply) => {
      const { doorId, reason = 'help' } = request.body;
      if (config.doors.every(({ id }) => id !== doorId))
        throw new MenshenError('door-unknown', `There is no door ${doorId}.`);
      return reply.status(202).send(callView(staffCalls.call({ doorId, reason })));
    },
  );
  server.get(
    '/v1/staff-calls',
    {
      config: { allow: ['operator', 'panel', 'auditor'] },
      schema: { tags: callTags, summary: 'Calls that nobody answered yet', response: answers(200, staffCallList) },
    },
    async () => ({ calls: staffCalls.open().map(callView) }),
  );
  server.post(
    '/v1/staff-calls/:id/answer',
    {
      config: { allow: ['operator', 'panel'] },
      schema: {
        tags: callTags,
        summary: 'Somebody goes there',
        params: idParameter,
        response: answers(200, staffCallView),
      },
    },
    async (request) => callView(staffCalls.answer(request.params.id, callerOrThrow(request).id)),
  );
};

function complaintView({ atMs, dueAtMs, answeredAtMs, closedAtMs, ...complaint }: Complaint) {
  return {
    ...complaint,
    at: iso(atMs),
    answerDueBy: iso(dueAtMs),
    answerDueRule: 'the house’s own',
    ...(answeredAtMs === undefined ? {} : { answeredAt: iso(answeredAtMs) }),
    ...(closedAtMs === undefined ? {} : { closedAt: iso(closedAtMs) }),
  };
}

function callView({ atMs, answeredAtMs, ...call }: StaffCallView) {
  return { ...call, at: iso(atMs), ...(answeredAtMs === undefined ? {} : { answeredAt: iso(answeredAtMs) }) };
}
