import { Readable } from 'node:stream';
import { Type } from '#typebox';
import { needsTwoPeople } from '../../config/index.js';
import { actView } from '../act-view.js';
import { actorOf, callerOrThrow } from '../auth.js';
import type { Routes } from '../route.js';
import { closed } from '../schemas.js';
import type { Services } from '../services.js';

const bundleOrder = Type.Object(
  {
    auditFrom: Type.Optional(
      Type.Integer({ minimum: 1, description: 'First audit entry; a former bundle had the ones before.' }),
    ),
    actId: Type.Optional(
      Type.String({ maxLength: 80, description: 'Of the confirmed act; without one an act is proposed (202).' }),
    ),
  },
  closed,
);

/** The inspector’s bundle (M17): whoever inspects gets everything that may be seen, in one signed file. */
export const inspectorRoutes: Routes = (server, services) => {
  const { inspector, compliance, served } = services;
  server.post(
    '/v1/inspector-bundles',
    {
      config: { allow: ['auditor'] },
      schema: {
        tags: ['audit'],
        summary: 'A signed zip for inspection: read-only, without a template or picture; that it was made is recorded',
        body: bundleOrder,
      },
    },
    async (request, reply) => {
      const { auditFrom, actId } = request.body;
      const what = auditFrom === undefined ? {} : { auditFrom };
      if (needsTwoPeople(services.config)) {
        if (actId === undefined)
          return reply.status(202).send(actView(services.acts.propose('inspector-bundle', what, actorOf(request))));
        services.acts.take(actId, 'inspector-bundle', what, callerOrThrow(request).id);
      }
      const bundle = inspector.open({
        by: callerOrThrow(request).id,
        ...what,
        interfaces: interfacesOf(services, served.routes()),
        compliance: () => compliance.report('zh'),
      });
      return reply
        .type('application/zip')
        .header('content-disposition', 'attachment; filename="menshen-inspector.zip"')
        .header('cache-control', 'no-store')
        .send(Readable.from(bundle, { objectMode: false }));
    },
  );
};

/** Every way in and out of the device: what it serves and to whom, where it listens, what it connects to. */
function interfacesOf({ config, outbox }: Services, routes: readonly unknown[]) {
  const { http, screen, syslog } = config;
  return {
    routes,
    listeners: [
      {
        kind: 'tcp',
        host: http.host,
        port: http.port,
        tls: http.tls !== undefined,
        for: 'panels, operators, auditors',
      },
      ...(screen?.port === undefined
        ? []
        : [{ kind: 'tcp', host: '127.0.0.1', port: screen.port, tls: false, for: 'the gate’s screen' }]),
      { kind: 'unix-socket', path: 'control.sock in the store’s folder, mode 0600', for: 'the device’s owner' },
    ],
    connectsTo: [
      ...config.cameras
        .filter(({ source }) => source.kind === 'rtsp')
        .map(({ id }) => ({ what: 'camera', id, address: 'as in configuration.json, on the local network' })),
      ...outbox
        .list()
        .map(({ listener: { id, url } }) => ({ what: 'listener of events', id, address: new URL(url).origin })),
      ...(syslog === undefined
        ? []
        : [{ what: 'syslog collector', address: `${syslog.host}:${syslog.port} (${syslog.protocol})` }]),
    ],
    connectsNowhereElse: 'no update, licence, cloud or telemetry address is known to the program',
    never: 'no call returns a template, a picture or a comparison score',
  };
}
