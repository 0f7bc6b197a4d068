import type { EventView } from '../audit/index.js';
import { asMenshenError, type Clock, type LanPort, MenshenError } from '../core/index.js';
import { equalBytes, hmacSha256 } from '../crypto/index.js';
import type { AuditRow, Store } from '../store/index.js';
import type { PanelAnswer } from './answer.js';

/** What events say to panels, by the site's rules. */
export interface EventReader {
  view(row: AuditRow): EventView;
}

/** Another way of asking: for a listener that speaks one, whom its TLS certificate names and no signature. */
export interface CheckDialect {
  /** JSON. */
  ask(view: EventView): string;
  /** @throws MenshenError `body-invalid` for what is no answer to the event of this serial. */
  read(reply: string, serial: number): PanelAnswer;
}

export interface CallParts {
  readonly store: Store;
  readonly events: EventReader;
  readonly lan: LanPort;
  readonly clock: Clock;
  readonly deviceId: string;
  /** Left out: every listener is asked in the product's own way. */
  readonly dialectOf?: (listenerId: string) => CheckDialect | undefined;
}

export interface CheckCall {
  readonly listenerId: string;
  readonly verificationId: string;
  readonly nonce: string;
  readonly serial: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export type Heard =
  | ({ readonly heard: 'answer' } & PanelAnswer)
  /** Nobody there, too slow, or it says itself that it cannot. */
  | { readonly heard: 'nothing'; readonly why: string }
  /** Something came that does not count. */
  | { readonly heard: 'nonsense'; readonly why: string };

const askScheme = 'menshen-check-v1';
const answerScheme = 'menshen-check-answer-v1';
/** How far the panel's clock may be off. The nonce is what keeps an answer from counting twice. */
const clockToleranceMs = 60_000;

/**
 * Asks one listener and reads its reply; never rejects.
 *
 * The call is signed like an event's, with the first line `menshen-check-v1`. The reply is JSON, `{ verificationId, nonce,
 * result, answeredAt, info? }`, and its header `menshen-signature` is `v1=` and the HMAC-SHA256, in hex, with the same
 * secret, over six lines joined by a line feed: `menshen-check-answer-v1`, verificationId, nonce, result, answeredAt, info
 * (empty when left out).
 */
export async function callListener(parts: CallParts, call: CheckCall): Promise<Heard> {
  const { store, lan, clock } = parts;
  try {
    const listener = store.listeners.get(call.listenerId);
    const secret = listener === undefined ? undefined : store.listeners.secret(call.listenerId);
    if (listener === undefined || secret === undefined) return { heard: 'nothing', why: 'no such listener' };
    const dialect = parts.dialectOf?.(call.listenerId);
    const body = bodyOf(parts, call, dialect);
    const timestamp = String(Math.floor(clock.wallMs() / 1000));
    const signed = [askScheme, timestamp, call.verificationId, listener.keyId, body].join('\n');
    const {
      status,
      headers,
      body: reply,
    } = await lan.call({
      method: 'POST',
      url: listener.url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'menshen',
        'menshen-timestamp': timestamp,
        'menshen-delivery': call.verificationId,
        'menshen-key': listener.keyId,
        'menshen-signature': `v1=${hmacSha256(secret, signed)}`,
      },
      body,
      timeoutMs: call.timeoutMs,
      signal: call.signal,
      ...(listener.authority === undefined ? {} : { authority: listener.authority }),
    });
    if (status < 200 || status > 299) return { heard: 'nothing', why: `it answered ${status}` };
    if (dialect !== undefined) return answerIn(dialect, reply, call.serial);
    return answerOf(reply, { signature: headers['menshen-signature'] ?? '', secret, call, nowMs: clock.wallMs() });
  } catch (thrown) {
    return { heard: 'nothing', why: asMenshenError(thrown).code };
  }
}

function bodyOf({ store, events, clock, deviceId }: CallParts, call: CheckCall, dialect?: CheckDialect): string {
  const { listenerId, serial } = call;
  const [row] = store.auditLog.events(serial, 1);
  if (row?.eventSerial !== serial) throw new MenshenError('not-found', 'The event of the question is not there.');
  const event = events.view(row);
  const sentAt = new Date(clock.wallMs()).toISOString();
  return dialect?.ask(event) ?? JSON.stringify({ type: 'check', deviceId, listenerId, sentAt, event });
}

function answerIn(dialect: CheckDialect, reply: string, serial: number): Heard {
  try {
    const { result, info } = dialect.read(reply, serial);
    return { heard: 'answer', result, ...(info === undefined ? {} : { info }) };
  } catch (thrown) {
    if (asMenshenError(thrown).code !== 'body-invalid') throw thrown;
    return { heard: 'nonsense', why: 'not-an-answer' };
  }
}

interface Expected {
  readonly signature: string;
  readonly secret: string;
  readonly call: CheckCall;
  readonly nowMs: number;
}

function answerOf(text: string, { signature, secret, call, nowMs }: Expected): Heard {
  const answer = readAnswer(text);
  if (answer === undefined) return { heard: 'nonsense', why: 'not-an-answer' };
  const { verificationId, nonce, result, answeredAt, info = '' } = answer;
  const lines = [answerScheme, verificationId, nonce, result, answeredAt, info].join('\n');
  if (!equalBytes(Buffer.from(signature), Buffer.from(`v1=${hmacSha256(secret, lines)}`)))
    return { heard: 'nonsense', why: 'signature' };
  if (verificationId !== call.verificationId || nonce !== call.nonce)
    return { heard: 'nonsense', why: 'another-check' };
  if (Math.abs(Date.parse(answeredAt) - nowMs) > clockToleranceMs) return { heard: 'nonsense', why: 'stale' };
  return { heard: 'answer', result, ...(info === '' ? {} : { info }) };
}

interface ReplyBody {
  readonly verificationId: string;
  readonly nonce: string;
  readonly result: 'success' | 'failed';
  readonly answeredAt: string;
  readonly info?: string;
}

const fields: ReadonlySet<string> = new Set(['verificationId', 'nonce', 'result', 'answeredAt', 'info']);
/** A code, not prose: the record keeps it for long, and no name belongs there. */
export const infoPattern = /^[A-Za-z0-9._:/-]{1,64}$/;

function readAnswer(text: string): ReplyBody | undefined {
  const body = parsed(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const told = new Map<string, unknown>(Object.entries(body));
  if ([...told.keys()].some((field) => !fields.has(field))) return undefined;
  const [verificationId, nonce, answeredAt] = ['verificationId', 'nonce', 'answeredAt'].map((name) => told.get(name));
  const result = told.get('result');
  const info = told.get('info');
  if (typeof verificationId !== 'string' || typeof nonce !== 'string' || typeof answeredAt !== 'string')
    return undefined;
  if (result !== 'success' && result !== 'failed') return undefined;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(answeredAt) || Number.isNaN(Date.parse(answeredAt)))
    return undefined;
  if (info === undefined) return { verificationId, nonce, result, answeredAt };
  if (typeof info !== 'string' || !infoPattern.test(info)) return undefined;
  return { verificationId, nonce, result, answeredAt, info };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
