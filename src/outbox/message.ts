import type { SignedHead } from '../anchors/index.js';
import type { EventView } from '../audit/index.js';
import type { LanCall } from '../core/index.js';
import { hmacSha256 } from '../crypto/index.js';
import type { ListenerRow } from '../store/index.js';

/** What a listener is told. */
export type Content =
  | { readonly type: 'event'; readonly event: EventView }
  /** Events of these serials are no longer kept and will never come. */
  | { readonly type: 'gap'; readonly gap: { readonly from: number; readonly to: number } }
  /**
   * `auditHead` is where the audit ends, signed as `GET /v1/audit/head` tells it: a listener that keeps the newest one can
   * show it later (`POST /v1/audit/head/check`), and finds out whether an old copy of the store was put back.
   */
  | { readonly type: 'heartbeat'; readonly auditHead: SignedHead }
  | { readonly type: 'test' };

export interface Message {
  readonly content: Content;
  /** The same for every attempt: whoever had it before acknowledges it again and does nothing. */
  readonly deliveryId: string;
  /** 1 for the first, as far as this run of the service knows. */
  readonly attempt: number;
  /** Not of now, or perhaps sent before. */
  readonly replay: boolean;
}

/** Another way of saying it: what a listener's body is where it does not hear the product's own. */
export interface Dialect {
  /** JSON. */
  body(content: Content, about: { readonly nowMs: number; readonly replay: boolean }): string;
}

export interface Envelope {
  readonly dialect?: Dialect;
  readonly listener: ListenerRow;
  readonly secret: string;
  readonly deviceId: string;
  readonly newest: number;
  readonly nowMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * The call that brings a message. The signature is HMAC-SHA256, in hex, keyed with the UTF-8 of the secret as it was shown,
 * over five lines joined by a line feed: `menshen-webhook-v1`, then the values of the headers `menshen-timestamp` (seconds
 * since 1970), `menshen-delivery` and `menshen-key`, then the body byte for byte.
 */
export function callFor({ content, ...message }: Message, envelope: Envelope): LanCall {
  const { listener, deviceId, newest, nowMs, secret, timeoutMs, signal } = envelope;
  const { deliveryId } = message;
  const about = {
    type: content.type,
    deviceId,
    listenerId: listener.id,
    sentAt: new Date(nowMs).toISOString(),
    newest,
  };
  const body =
    envelope.dialect?.body(content, { nowMs, replay: message.replay }) ??
    JSON.stringify({ ...about, ...message, ...content });
  const timestamp = String(Math.floor(nowMs / 1000));
  return {
    method: 'POST',
    url: listener.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'menshen',
      'menshen-timestamp': timestamp,
      'menshen-delivery': deliveryId,
      'menshen-key': listener.keyId,
      'menshen-signature': `v1=${hmacSha256(secret, [scheme, timestamp, deliveryId, listener.keyId, body].join('\n'))}`,
    },
    body,
    timeoutMs,
    signal,
    ...(listener.authority === undefined ? {} : { authority: listener.authority }),
  };
}

const scheme = 'menshen-webhook-v1';
