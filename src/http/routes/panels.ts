import type { CertificateFacts, CertifiedPanel, PanelView } from '../../authority/index.js';
import { MenshenError } from '../../core/index.js';
import { callerOrThrow } from '../auth.js';
import { newPanelInvitation, panelEnrolment, panelExtension, panelRenewal } from '../panel-schemas.js';
import type { Routes } from '../route.js';
import { idParameter } from '../schemas.js';
import { iso } from '../views.js';

const tags = ['panels'];
const operator = { allow: ['operator'] } as const;
const readers = { allow: ['operator', 'auditor'] } as const;

/** Panels that prove themselves by a certificate, and the device's own certificates. */
export const panelRoutes: Routes = (server, services) => {
  const { panels, authority } = services;

  server.get(
    '/v1/tls',
    { config: readers, schema: { tags, summary: 'The device’s certificates, for whoever installs panels' } },
    async () => ({
      authority: certificateView(authority.facts()),
      listener: certificateView(authority.listenerFacts()),
      panels: services.config.http.panels,
    }),
  );

  server.post(
    '/v1/panels/invitations',
    {
      config: { ...operator, neverRemember: true },
      schema: {
        tags,
        summary: 'A one-time code with which a panel gets its certificate; told once, valid for fifteen minutes',
        body: newPanelInvitation,
      },
    },
    async (request, reply) => {
      const caller = callerOrThrow(request);
      if (caller.role !== 'admin' && request.body.role !== 'panel')
        throw new MenshenError('forbidden', 'Only an admin lets others in than panels.');
      const { fingerprint } = await authority.ensure();
      const { code, expiresAtMs } = panels.invite(request.body, caller.id);
      return reply.status(201).send({ code, expiresAt: iso(expiresAtMs), authorityFingerprint: fingerprint });
    },
  );
  server.post(
    '/v1/panels/enrol',
    {
      config: { allow: 'anyone', neverRemember: true },
      schema: { tags, summary: 'A panel’s first certificate, for a one-time code; over TLS', body: panelEnrolment },
    },
    async (request, reply) => {
      if (request.protocol !== 'https')
        throw new MenshenError('panel-refused', 'A panel is let in over TLS only: set http.tls.');
      try {
        return reply.status(201).send(certifiedView(await panels.enrol(request.body.code, request.body.request)));
      } catch (thrown) {
        if (thrown instanceof MenshenError && thrown.code === 'panel-refused')
          throw server.denials.denied(request, 'panel-refused', thrown.detail);
        throw thrown;
      }
    },
  );
  server.post(
    '/v1/panels/self/renewal',
    {
      config: { allow: ['panel', 'operator', 'auditor'], neverRemember: true },
      schema: {
        tags,
        summary: 'A new certificate with a new key, for a panel that shows its present one',
        body: panelRenewal,
      },
    },
    async (request, reply) => {
      const { id, transport } = callerOrThrow(request);
      if (transport !== 'mtls')
        throw new MenshenError('forbidden', 'A panel renews with the certificate it has. Show it, and send no key.');
      return reply.status(201).send(certifiedView(await panels.renew(id, request.body.request)));
    },
  );

  server.get('/v1/panels', { config: readers, schema: { tags, summary: 'Panels with a certificate' } }, async () => ({
    panels: panels.list().map(panelView),
  }));
  server.put(
    '/v1/panels/:id/grant',
    {
      config: operator,
      schema: {
        tags,
        summary: 'Move the end of a panel’s grant; the panel then renews its certificate',
        params: idParameter,
        body: panelExtension,
      },
    },
    async (request) => {
      const caller = callerOrThrow(request);
      const { role } = panels.require(request.params.id);
      if (caller.role !== 'admin' && role !== 'panel')
        throw new MenshenError('forbidden', 'Only an admin extends the grant of others than panels.');
      return panelView(panels.extend(request.params.id, request.body.days, caller.id));
    },
  );
  server.delete(
    '/v1/panels/:id',
    {
      config: operator,
      schema: { tags, summary: 'Revoke a panel at once; its open connections are cut', params: idParameter },
    },
    async (request, reply) => {
      const caller = callerOrThrow(request);
      const { role } = panels.require(request.params.id);
      if (caller.role !== 'admin' && role !== 'panel')
        throw new MenshenError('forbidden', 'Only an admin revokes others than panels.');
      panels.revoke(request.params.id, caller.id);
      return reply.status(204).send();
    },
  );
};

function certificateView(facts: CertificateFacts | undefined) {
  if (facts === undefined) return null;
  const { notAfterMs, ...rest } = facts;
  return { ...rest, expiresAt: iso(notAfterMs) };
}

function certifiedView({ expiresAtMs, ...panel }: CertifiedPanel) {
  return { ...panel, expiresAt: iso(expiresAtMs) };
}

function panelView({ createdAtMs, expiresAtMs, revokedAtMs, certificates, ...panel }: PanelView) {
  return {
    ...panel,
    createdAt: iso(createdAtMs),
    expiresAt: iso(expiresAtMs),
    ...(revokedAtMs === undefined ? {} : { revokedAt: iso(revokedAtMs) }),
    certificates: certificates.map(({ endsAtMs, ...certificate }) => ({ ...certificate, expiresAt: iso(endsAtMs) })),
  };
}
