import { createHash, X509Certificate } from 'node:crypto';
import { cannotBeWritten, MenshenError } from '../core/index.js';
import type { PanelCertificateRow, PanelRow, StoredPanel } from '../store/index.js';
import { pemOf } from './certificates.js';
import type { DeviceAuthority } from './device-authority.js';
import { checkDays, type Invitation, type InvitationParts, isPanelRole, PanelInvitations } from './invitations.js';
import { keyRequested } from './request.js';

export interface PanelRegisterParts extends InvitationParts {
  readonly authority: DeviceAuthority;
  /** False while the clock is in doubt: an end that is written then could be any. */
  readonly clockTrusted: () => boolean;
}

export interface CertifiedPanel {
  readonly panelId: string;
  readonly role: string;
  /** PEM. */
  readonly certificate: string;
  /** Of the device's authority, PEM. */
  readonly authority: string;
  readonly expiresAtMs: number;
}

/** A certificate of this device's authority, as a connection showed it. Whether it still counts is asked each time. */
export interface PresentedCertificate {
  readonly fingerprint: Uint8Array;
  readonly panelId: string;
  readonly role: string;
  readonly endsAtMs: number;
}

export interface PanelCaller {
  readonly id: string;
  readonly role: string;
  readonly expiresAtMs: number;
}

export interface PanelView extends PanelRow {
  /** `altered`: its row is not as the daemon left it, so it is nobody; revoke it and let it in anew. */
  readonly state: 'active' | 'ended' | 'revoked' | 'altered';
  readonly certificates: readonly { readonly fingerprint: string; readonly endsAtMs: number; readonly state: string }[];
}

const dayMs = 86_400_000;
/** Clocks of panels may be a little behind. */
const slackMs = 3_600_000;
const renewalsADay = 10;

/**
 * Panels that prove themselves by a certificate of the device's authority. The certificate names panel, role and end
 * under the authority's signature; the store says, under its own seal, whether it still counts. Both must agree.
 */
export class PanelRegister {
  readonly invitations: PanelInvitations;
  readonly #parts: PanelRegisterParts;
  readonly #whenRevoked = new Set<(panelId: string) => void>();

  constructor(parts: PanelRegisterParts) {
    this.#parts = parts;
    this.invitations = new PanelInvitations(parts);
  }

  /** @throws MenshenError `clock-suspect`, and those of `PanelInvitations.make`. */
  invite(wanted: { role: string; label: string; days: number }, by: string): Invitation {
    this.#requireClock();
    return this.invitations.make(wanted, by);
  }

  /**
   * A panel's first certificate, for a code. The code is used up together with the entry of the panel: a request that is
   * refused leaves it, and of two that come at once one gets in.
   *
   * @throws MenshenError `panel-refused`, `csr-refused`, `clock-suspect`, `conflict` for a key that was used before.
   */
  async enrol(code: string, requestPem: string): Promise<CertifiedPanel> {
    const { store, audit, randomness } = this.#parts;
    const invitation = this.invitations.open(code);
    this.#requireClock();
    const publicKey = await keyRequested(requestPem);
    const id = `panel-${Buffer.from(randomness.bytes(6)).toString('hex')}`;
    const { role, label, days, madeBy } = invitation;
    const nowMs = this.#nowMs();
    const panel = { id, role, label, createdAtMs: nowMs, expiresAtMs: wholeSeconds(nowMs + days * dayMs) };
    const certified = await this.#certify(panel, publicKey, (fingerprint) => {
      this.invitations.useUp(invitation);
      store.panels.add(panel);
      const { expiresAtMs } = panel;
      audit.append('panel.enrolled', { ...{ id, role, label, expiresAtMs, fingerprint }, by: madeBy });
    });
    this.invitations.used(invitation);
    return certified;
  }

  /**
   * A new certificate for a panel that proved itself with its present one, to the end of its grant. The present one works
   * until the new one was used once: an answer that is lost locks nobody out.
   *
   * @throws MenshenError `csr-refused`, `clock-suspect`, `conflict` for a key that was used before, `too-many-requests`.
   */
  async renew(panelId: string, requestPem: string): Promise<CertifiedPanel> {
    const { store, audit } = this.#parts;
    this.#requireClock();
    const panel = this.#inForce(panelId);
    const since = this.#nowMs() - dayMs;
    if (store.panels.certificatesOf(panelId).filter(({ madeAtMs }) => madeAtMs > since).length > renewalsADay)
      throw new MenshenError(
        'too-many-requests',
        `A panel renews its certificate at most ${renewalsADay} times a day.`,
      );
    const publicKey = await keyRequested(requestPem);
    return this.#certify(panel, publicKey, (fingerprint) => {
      const { expiresAtMs } = this.#inForce(panelId);
      store.panels.replaceUnused(panelId, this.#nowMs());
      audit.append('panel.renewed', { id: panelId, expiresAtMs, fingerprint });
    });
  }

  /** Moves the end of a grant; the panel gets there by renewing its certificate. @throws MenshenError `not-found`, `expiry-invalid`. */
  extend(panelId: string, days: number, by: string): PanelView {
    const { store, audit } = this.#parts;
    this.#requireClock();
    checkDays(days);
    const expiresAtMs = wholeSeconds(this.#nowMs() + days * dayMs);
    store.transaction(() => {
      store.panels.extend(this.#inForce(panelId), expiresAtMs);
      audit.append('panel.extended', { id: panelId, expiresAtMs, by });
    });
    return this.require(panelId);
  }

  /**
   * At once: connections that are open with its certificate are told through `onRevoked`. The seals of its rows go, so that
   * nobody brings it back by the mark alone.
   *
   * @throws MenshenError `not-found`.
   */
  revoke(panelId: string, by: string): void {
    const { store, audit } = this.#parts;
    store.transaction(() => {
      if (!store.panels.revoke(panelId, this.#nowMs()))
        throw new MenshenError('not-found', 'There is no such panel, or it was revoked before.');
      audit.append('panel.revoked', { id: panelId, by });
    });
    for (const tell of this.#whenRevoked) tell(panelId);
    store.truncateLogSoon();
  }

  onRevoked(tell: (panelId: string) => void): () => void {
    this.#whenRevoked.add(tell);
    return () => this.#whenRevoked.delete(tell);
  }

  /** Oldest first. */
  list(): PanelView[] {
    return this.#parts.store.panels.list().map((panel) => this.#view(panel));
  }

  /** @throws MenshenError `not-found`. */
  require(panelId: string): PanelView {
    const panel = this.#parts.store.panels.get(panelId);
    if (panel === undefined) throw new MenshenError('not-found', 'There is no such panel.');
    return this.#view(panel);
  }

  /**
   * What a connection's certificate says, checked against the authority; once for each connection. That the other side
   * holds its key was proved by the TLS handshake.
   *
   * @param der as the connection showed it. @returns undefined for any certificate that this authority did not sign.
   */
  presented(der: Uint8Array): PresentedCertificate | undefined {
    const certificate = certificateIn(der);
    if (certificate === undefined || !this.#parts.authority.signed(certificate)) return undefined;
    const [, panelId] = /^CN=(panel-[0-9a-f]{12})$/m.exec(certificate.subject) ?? [];
    const [, role] = /^OU=([a-z]+)$/m.exec(certificate.subject) ?? [];
    if (panelId === undefined || role === undefined || !isPanelRole(role)) return undefined;
    return { fingerprint: sha256(der), panelId, role, endsAtMs: Date.parse(certificate.validTo) };
  }

  /** Who that is now: nobody once it is revoked, replaced, altered, or its time is over by the device's careful clock. */
  callerOf(presented: PresentedCertificate): PanelCaller | undefined {
    const { store } = this.#parts;
    const certificate = store.panels.certificate(presented.fingerprint);
    const panel = certificate === undefined ? undefined : store.panels.get(certificate.panelId);
    if (certificate === undefined || panel === undefined) return undefined;
    const isOurs = panel.vouched && certificate.vouched;
    const agrees = isOurs && panel.id === presented.panelId && panel.role === presented.role;
    const expiresAtMs = Math.min(panel.expiresAtMs, certificate.endsAtMs, presented.endsAtMs);
    const over = panel.revokedAtMs !== undefined || certificate.replacedAtMs !== undefined;
    if (!agrees || over || this.#nowMs() >= expiresAtMs) return undefined;
    if (certificate.usedAtMs === undefined) this.#firstUse(certificate);
    return { id: panel.id, role: panel.role, expiresAtMs };
  }

  /** A disk that takes nothing now turns no panel away: the former certificate counts on until the next call can say so. */
  #firstUse(certificate: PanelCertificateRow): void {
    const { store } = this.#parts;
    try {
      store.withReserve(() => store.panels.useCertificate(certificate, this.#nowMs()));
    } catch (thrown) {
      if (!cannotBeWritten(thrown)) throw thrown;
    }
  }

  async #certify(
    panel: PanelRow,
    publicKey: Uint8Array,
    record: (fingerprint: string) => void,
  ): Promise<CertifiedPanel> {
    const { store, authority } = this.#parts;
    const keyHash = sha256(publicKey);
    this.#requireNewKey(keyHash);
    const { id, role, expiresAtMs } = panel;
    const nowMs = this.#nowMs();
    const der = await authority.certifyPanel({ id, role, publicKey, fromMs: nowMs - slackMs, untilMs: expiresAtMs });
    const fingerprint = sha256(der);
    store.transaction(() => {
      // Again, because others may have come meanwhile.
      this.#requireNewKey(keyHash);
      record(Buffer.from(fingerprint).toString('hex'));
      store.panels.addCertificate({ fingerprint, panelId: id, keyHash, madeAtMs: nowMs, endsAtMs: expiresAtMs });
    });
    const { pem } = await authority.ensure();
    return { panelId: id, role, certificate: pemOf(der), authority: pem, expiresAtMs };
  }

  /** Also one of a panel that was revoked: a key that may have been stolen does not come back. */
  #requireNewKey(keyHash: Uint8Array): void {
    if (this.#parts.store.panels.holderOfKey(keyHash) !== undefined)
      throw new MenshenError('conflict', 'This key had a certificate before. Make a new key for each request.');
  }

  #inForce(panelId: string): StoredPanel {
    const panel = this.#parts.store.panels.get(panelId);
    const isOver = panel?.revokedAtMs !== undefined || (panel?.expiresAtMs ?? 0) <= this.#nowMs();
    if (panel?.vouched !== true || isOver)
      throw new MenshenError('not-found', 'There is no such panel, it was revoked, or its time is over.');
    return panel;
  }

  #requireClock(): void {
    if (this.#parts.clockTrusted()) return;
    throw new MenshenError(
      'clock-suspect',
      'The device’s clock is in doubt, and with it the end of any certificate. Confirm it first: menshen clock-confirm.',
    );
  }

  #view({ vouched, ...panel }: StoredPanel): PanelView {
    const ended = panel.expiresAtMs <= this.#nowMs();
    const standing = vouched ? (ended ? 'ended' : 'active') : 'altered';
    const state = panel.revokedAtMs === undefined ? standing : 'revoked';
    const certificates = this.#parts.store.panels.certificatesOf(panel.id).map((certificate) => ({
      fingerprint: Buffer.from(certificate.fingerprint).toString('hex'),
      endsAtMs: certificate.endsAtMs,
      state:
        certificate.replacedAtMs === undefined ? (certificate.usedAtMs === undefined ? 'new' : 'used') : 'replaced',
    }));
    return { ...panel, state, certificates };
  }

  #nowMs(): number {
    return Math.round(this.#parts.clock.wallMs());
  }
}

/** X.509 has no fractions of a second. */
const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

/** Bytes that are no certificate belong to nobody. */
function certificateIn(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}
