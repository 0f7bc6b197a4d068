import { Type } from '#typebox';
import { callerOrThrow, type Server } from '../http/index.js';
import type { IsapiUser, IsapiUsers } from './users.js';

const closed = { additionalProperties: false } as const;
const tags = ['isapi'];
const nobodyButAdmins = { allow: [] } as const;
const userName = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,30}$', description: 'What the panel logs in as.' });
const nameParameter = Type.Object({ name: userName }, closed);
const role = Type.Union([Type.Literal('panel'), Type.Literal('operator')]);
const newUser = Type.Object(
  {
    name: userName,
    role,
    label: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', description: 'Which panel it is.' }),
    days: Type.Integer({ minimum: 1, maximum: 730 }),
  },
  closed,
);
const view = {
  name: Type.String(),
  role,
  label: Type.String(),
  state: Type.Union([Type.Literal('active'), Type.Literal('revoked')]),
  expiresAt: Type.String({ format: 'date-time' }),
};

/** Who may speak the dialect: the device's owner's business. */
export function userRoutes(server: Server, users: IsapiUsers): void {
  server.post(
    '/v1/isapi/users',
    {
      config: { ...nobodyButAdmins, neverRemember: true },
      schema: {
        tags,
        summary: 'Let a panel log in by HTTP Digest; its password is shown once',
        body: newUser,
        response: { 201: Type.Object({ ...view, password: Type.String() }, { ...closed, description: 'Done.' }) },
      },
    },
    async (request, reply) => {
      const { user, password } = users.add(request.body, callerOrThrow(request).id);
      return reply.status(201).send({ ...viewOf(user), password });
    },
  );
  server.get(
    '/v1/isapi/users',
    {
      config: nobodyButAdmins,
      schema: {
        tags,
        summary: 'Users of HTTP Digest, with their ends',
        response: { 200: Type.Object({ users: Type.Array(Type.Object(view, closed)) }, { description: 'Done.' }) },
      },
    },
    async () => ({ users: users.list().map(viewOf) }),
  );
  server.delete(
    '/v1/isapi/users/:name',
    { config: nobodyButAdmins, schema: { tags, summary: 'Shut a user out at once', params: nameParameter } },
    async (request, reply) => {
      users.revoke(request.params.name, callerOrThrow(request).id);
      return reply.status(204).send();
    },
  );
}

const viewOf = ({ expiresAtMs, ...user }: IsapiUser) => ({ ...user, expiresAt: new Date(expiresAtMs).toISOString() });
