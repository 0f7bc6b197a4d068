import { Type } from '#typebox';
import { needsTwoPeople } from '../../config/index.js';
import { MenshenError } from '../../core/index.js';
import { actView } from '../act-view.js';
import { actorOf, callerOrThrow } from '../auth.js';
import type { Routes } from '../route.js';
import { closed, idParameter } from '../schemas.js';
import type { Services } from '../services.js';

const tags = ['acts'];
const people = { allow: ['operator', 'auditor'] } as const;
const mostPeople = 10_000;
const pageOfPeople = 500;

const erasures = Type.Object(
  {
    subjectIds: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 80 }), { minItems: 1, maxItems: 1000, uniqueItems: true }),
    ),
    criteria: Type.Optional(
      Type.Object(
        {
          createdBefore: Type.Optional(Type.String({ format: 'date-time', description: 'ISO 8601.' })),
          expiresBefore: Type.Optional(Type.String({ format: 'date-time', description: 'ISO 8601.' })),
        },
        { ...closed, minProperties: 1, description: 'People of whom all of these hold, as they are now.' },
      ),
    ),
  },
  { ...closed, description: 'Either a list of people or criteria.' },
);

const confirmation = Type.Object(
  { hash: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the act as you saw it.' }) },
  closed,
);

/** Acts of consequence: proposed by one person, confirmed by another. */
export const actRoutes: Routes = (server, services) => {
  const { acts, retention, config, policy } = services;

  server.post(
    '/v1/erasures',
    {
      config: { allow: ['operator'] },
      schema: {
        tags,
        summary: 'Erase many people: proposes an act (202), or erases at once where the site asks for one person only',
        body: erasures,
      },
    },
    async (request, reply) => {
      const subjectIds = whoIsMeant(services, request.body);
      if (needsTwoPeople(config))
        return reply.status(202).send(actView(acts.propose('erase-many', { subjectIds }, actorOf(request))));
      const receipts = await retention.eraseMany(subjectIds, 'order');
      return { personsErased: receipts.length, receipts };
    },
  );
  server.get(
    '/v1/thresholds/unconfirmed',
    {
      config: people,
      schema: {
        tags,
        summary: 'Changed thresholds that two people have not confirmed yet, beside the former ones (D19b)',
      },
    },
    async () => ({ required: needsTwoPeople(config), unconfirmed: policy.unconfirmedThresholds() ?? null }),
  );
  server.post(
    '/v1/thresholds/confirmation',
    {
      config: { allow: ['operator'] },
      schema: { tags, summary: 'Propose the changed thresholds (202); with another person’s word they decide' },
    },
    async (request, reply) => {
      const standing = policy.unconfirmedThresholds();
      if (standing === undefined)
        throw new MenshenError(
          'conflict',
          'The thresholds in use are the confirmed ones. There is nothing to propose.',
        );
      const old = standing.old === undefined ? null : { ...standing.old };
      const what = { hash: standing.hash, old, new: { ...standing.new } };
      return reply.status(202).send(actView(acts.propose('change-threshold', what, actorOf(request))));
    },
  );
  server.get('/v1/acts', { config: people, schema: { tags, summary: 'Acts, newest first' } }, async () => ({
    acts: acts.list().map(actView),
  }));
  server.get(
    '/v1/acts/:id',
    { config: people, schema: { tags, summary: 'One act and what exactly is to be done', params: idParameter } },
    async (request) => ({ ...actView(acts.require(request.params.id)), what: acts.what(request.params.id) }),
  );
  server.post(
    '/v1/acts/:id/confirmation',
    {
      config: people,
      schema: { tags, summary: 'The second person’s word; then it is done', params: idParameter, body: confirmation },
    },
    async (request) => {
      const { id } = request.params;
      requireRole(request.caller?.role, acts.require(id).kind);
      return actView(await acts.confirm(id, request.body.hash, actorOf(request)));
    },
  );
  server.delete(
    '/v1/acts/:id',
    { config: people, schema: { tags, summary: 'Take a proposal back', params: idParameter } },
    async (request) => {
      requireRole(request.caller?.role, acts.require(request.params.id).kind);
      return actView(acts.cancel(request.params.id, callerOrThrow(request).id));
    },
  );
};

/** Whoever confirms may do the act themselves. */
function requireRole(role: string | undefined, kind: keyof typeof roleFor): void {
  if (role === 'admin' || role === roleFor[kind]) return;
  throw new MenshenError('forbidden', `The role ${role ?? 'none'} may not do this, so it cannot confirm it either.`);
}

const roleFor = {
  'erase-many': 'operator',
  'inspector-bundle': 'auditor',
  decommission: 'admin',
  'change-threshold': 'operator',
  'lift-incident': 'operator',
} as const;

interface WhoToErase {
  readonly subjectIds?: readonly string[];
  readonly criteria?: { readonly createdBefore?: string; readonly expiresBefore?: string };
}

/** By id, so that whoever confirms sees whom. @throws MenshenError `body-invalid`, `not-found`. */
function whoIsMeant({ store }: Services, { subjectIds, criteria }: WhoToErase): string[] {
  if ((subjectIds === undefined) === (criteria === undefined))
    throw new MenshenError('body-invalid', 'Send either subjectIds or criteria.');
  if (subjectIds !== undefined) return subjectIds.map((id) => store.subjects.require(id).id).sort();
  const created = criteria?.createdBefore === undefined ? undefined : Date.parse(criteria.createdBefore);
  const expires = criteria?.expiresBefore === undefined ? undefined : Date.parse(criteria.expiresBefore);
  const found: string[] = [];
  for (let after = ''; ; ) {
    const page = store.subjects.list(after, pageOfPeople);
    for (const { id, createdAtMs, expiresAtMs } of page)
      if (createdAtMs < (created ?? Number.POSITIVE_INFINITY) && expiresAtMs < (expires ?? Number.POSITIVE_INFINITY))
        found.push(id);
    after = page.at(-1)?.id ?? '';
    if (page.length < pageOfPeople) break;
  }
  if (found.length === 0) throw new MenshenError('not-found', 'Nobody fits these criteria. Nothing was done.');
  if (found.length > mostPeople)
    throw new MenshenError('body-invalid', `${found.length} people fit; one act erases at most ${mostPeople}.`);
  return found;
}
