import { type Static, Type } from '#typebox';
import { pruneAudit } from '../../audit/index.js';
import { MenshenError } from '../../core/index.js';
import { deviceKeyNames } from '../../store/index.js';
import { callerOrThrow } from '../auth.js';
import type { Routes } from '../route.js';
import { closed, idParameter, instant, oneOf } from '../schemas.js';

const tags = ['keys'];
const nobodyButAdmins = { allow: [] } as const;
const path = Type.String({ pattern: '^/', maxLength: 1000, description: 'Absolute.' });

const rootTarget = Type.Union(
  [
    Type.Object({ kind: Type.Literal('file'), path }, closed),
    Type.Object({ kind: Type.Literal('tpm'), path, pcrs: Type.Optional(Type.String({ maxLength: 100 })) }, closed),
    Type.Object(
      { kind: Type.Literal('passphrase'), passphrase: Type.String({ minLength: 12, maxLength: 1000 }) },
      closed,
    ),
    Type.Object(
      { kind: Type.Literal('systemd-credential'), name: Type.String({ pattern: '^[A-Za-z0-9_.-]{1,100}$' }) },
      closed,
    ),
  ],
  { description: 'Where a new root key goes; on the device’s own socket only.' },
);
const newRotation = Type.Object(
  {
    key: oneOf(['root', ...deviceKeyNames]),
    to: Type.Optional(rootTarget),
    oldKeyUntil: Type.Optional(instant),
  },
  closed,
);
const shownHead = Type.Object(
  {
    body: Type.String({ maxLength: 2000 }),
    keyId: Type.String({ maxLength: 64 }),
    signature: Type.String({ maxLength: 200 }),
  },
  { ...closed, description: 'As GET /v1/audit/head gave it.' },
);

/** Changes of keys, heads for panels to keep, and what to do when an old copy of the store was noticed. */
export const keyRoutes: Routes = (server, services) => {
  const { rotation, anchors, rollback, store, audit, clockGuard, config, rootPlaceOf } = services;

  server.post(
    '/v1/keys/rotation',
    {
      config: { ...nobodyButAdmins, neverRemember: true },
      schema: { tags, summary: 'Change a key beside the running gate', body: newRotation },
    },
    async (request, reply) => {
      const { key, to, oldKeyUntil } = request.body as Static<typeof newRotation>;
      const by = callerOrThrow(request).id;
      if (to !== undefined && by !== 'local')
        throw new MenshenError('forbidden', 'Where a root key goes is said on the device itself: menshen keys rotate.');
      if (to !== undefined && key !== 'root') throw new MenshenError('body-invalid', 'Only a root key goes elsewhere.');
      const progress = await rotation.rotate({
        ...{ key, by },
        ...(to === undefined ? {} : { to: rootPlaceOf(to) }),
        ...(oldKeyUntil === undefined ? {} : { oldKeyUntilMs: Date.parse(oldKeyUntil) }),
      });
      return reply.status(201).send(progress);
    },
  );
  server.get(
    '/v1/keys/rotation',
    { config: { allow: ['auditor'] }, schema: { tags, summary: 'Changes of keys, newest first' } },
    async () => ({ rotations: rotation.list() }),
  );
  server.delete(
    '/v1/keys/rotation/:id',
    {
      config: nobodyButAdmins,
      schema: { tags, summary: 'Leave the old root key in force after all', params: idParameter },
    },
    async (request, reply) => {
      rotation.abandon(request.params.id, callerOrThrow(request).id);
      return reply.status(204).send();
    },
  );

  server.get(
    '/v1/audit/head',
    {
      config: { allow: ['panel', 'operator', 'auditor'] },
      schema: { tags: ['audit'], summary: 'Where the audit ends, signed: keep it elsewhere' },
    },
    async () => anchors.head(),
  );
  server.post(
    '/v1/audit/head/check',
    {
      config: { allow: ['panel', 'operator', 'auditor'] },
      schema: {
        tags: ['audit'],
        summary: 'Whether the store contains a head that was kept elsewhere',
        body: shownHead,
      },
    },
    async (request) => anchors.check(request.body, callerOrThrow(request).id),
  );
  server.post(
    '/v1/audit/prune',
    {
      config: nobodyButAdmins,
      schema: { tags: ['audit'], summary: 'Replace entries past their keeping period by a signed checkpoint' },
    },
    async () => {
      if (!clockGuard.status().trusted)
        throw new MenshenError(
          'clock-suspect',
          'Nothing is pruned by a clock that nobody vouches for: confirm it first.',
        );
      const nowMs = clockGuard.trustedMs();
      const before = new Date(nowMs);
      before.setUTCFullYear(before.getUTCFullYear() - config.audit.keepYears);
      return pruneAudit(store, audit, before.getTime(), nowMs);
    },
  );

  server.get(
    '/v1/store/rollback',
    {
      config: { allow: ['operator', 'auditor'] },
      schema: { tags, summary: 'Whether an old copy of the store was noticed' },
    },
    async () => ({ finding: rollback.standing() ?? null }),
  );
  server.post(
    '/v1/store/rollback/confirmation',
    {
      config: nobodyButAdmins,
      schema: { tags, summary: 'Somebody went through what may be old: the store goes on from what it is' },
    },
    async (request) => {
      rollback.confirm(callerOrThrow(request).id);
      return { finding: null };
    },
  );
};
