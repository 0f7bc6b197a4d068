import { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';
import { type Caller, roles } from '../access/index.js';
import type { PanelRegister, PresentedCertificate } from '../authority/index.js';

/**
 * Who is behind a TLS connection's client certificate. The handshake takes any certificate; only one of this device's
 * authority that still counts makes a caller. A revocation cuts the panel's open connections.
 */
export class PanelConnections {
  readonly #panels: PanelRegister;
  /** What each connection showed, checked once; null for a certificate that is none of ours. */
  readonly #shown = new WeakMap<TLSSocket, PresentedCertificate | null>();
  readonly #open = new Map<string, Set<TLSSocket>>();
  readonly #forget: () => void;

  constructor(panels: PanelRegister) {
    this.#panels = panels;
    this.#forget = panels.onRevoked((panelId) => {
      for (const socket of this.#open.get(panelId) ?? []) socket.destroy();
    });
  }

  callerOf(request: FastifyRequest): Caller | undefined {
    const shown = this.#shownBy(request.raw.socket);
    const panel = shown === undefined || shown === null ? undefined : this.#panels.callerOf(shown);
    const role = roles.find((known) => known === panel?.role);
    return panel === undefined || role === undefined ? undefined : { id: panel.id, role, transport: 'mtls' };
  }

  /** Whether the other side showed any certificate, ours or not. */
  hasCertificate(request: FastifyRequest): boolean {
    return this.#shownBy(request.raw.socket) !== undefined;
  }

  close(): void {
    this.#forget();
  }

  #shownBy(socket: unknown): PresentedCertificate | null | undefined {
    if (!(socket instanceof TLSSocket)) return undefined;
    const known = this.#shown.get(socket);
    if (known !== undefined) return known;
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) return undefined;
    const presented = this.#panels.presented(new Uint8Array(certificate.raw)) ?? null;
    this.#shown.set(socket, presented);
    if (presented !== null) this.#watch(socket, presented.panelId);
    return presented;
  }

  #watch(socket: TLSSocket, panelId: string): void {
    const sockets = this.#open.get(panelId) ?? new Set();
    this.#open.set(panelId, sockets.add(socket));
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) this.#open.delete(panelId);
    });
  }
}
