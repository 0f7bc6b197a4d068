import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './api.js';
import { eventLines } from './event-lines.js';
import { problemOf, unreachable } from './problem.js';

type Ok<
  Path extends keyof paths,
  Method extends keyof paths[Path],
  Status extends number,
> = paths[Path][Method] extends {
  responses: Record<Status, { content: { 'application/json': infer Body } }>;
}
  ? Body
  : never;

/** A request as POST /v1/verifications takes it. */
export type VerificationRequest = NonNullable<
  paths['/v1/verifications']['post']['requestBody']
>['content']['application/json'];
export type Verification = Ok<'/v1/verifications/{id}', 'get', 200>;
export type Decision = NonNullable<Verification['decision']>;
export type EventPage = Ok<'/v1/events', 'get', 200>;
export type PanelEvent = EventPage['events'][number];
export type EventSearch = NonNullable<paths['/v1/events']['get']['parameters']['query']>;

export interface ClientOptions {
  /** Of the terminal, such as https://10.0.0.5:8460. */
  readonly url: string;
  /** An API key of the role `panel`. */
  readonly token: string;
  /** Instead of the platform’s own: for a certificate authority of your own, say. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

export interface VerifyOptions {
  readonly signal?: AbortSignal;
  /** Called with every state on the way, with the prompt and the guidance to show. */
  readonly onProgress?: (verification: Verification) => void;
}

export interface EventsOptions {
  /** Serial of the last event that was dealt with; 0 for all. Left out: only what happens from now on. */
  readonly after?: number;
  readonly signal?: AbortSignal;
  /** Longest wait between two attempts to connect, in milliseconds; 30,000. */
  readonly longestWaitMs?: number;
}

export interface PanelClient {
  /** Every call of the OpenAPI document, typed; an answer that is not a success is `error`, not thrown. */
  readonly api: Client<paths>;
  /**
   * Starts a verification and waits for its decision; a decision to deny is an answer, not an error. When `signal` fires the
   * verification is cancelled at the terminal. Check the decision’s signature before you open anything by it.
   *
   * @throws PanelProblem
   */
  verify(request: VerificationRequest, options?: VerifyOptions): Promise<Decision>;
  /** One page of a search. @throws PanelProblem */
  eventPage(search?: EventSearch): Promise<EventPage>;
  /**
   * Events in the order of serials, as they happen, without a gap: a lost connection is opened again behind the last one.
   *
   * @throws PanelProblem when the terminal refuses: what a key may not do now it may not do later either
   */
  events(options?: EventsOptions): AsyncGenerator<PanelEvent, void>;
}

const pollMs = 25_000;
const firstWaitMs = 500;
const usualLongestWaitMs = 30_000;

/** A panel’s client of one terminal, for Node and browsers. */
export function createPanelClient(options: ClientOptions): PanelClient {
  const { url, token } = options;
  const headers = { authorization: `Bearer ${token}` };
  const asked = options.fetch ?? ((request: Request) => fetch(request));
  const send = (request: Request): Promise<Response> =>
    asked(request).catch((cause: unknown) => {
      throw request.signal.aborted ? cause : unreachable(cause);
    });
  const api = createClient<paths>({ baseUrl: url, headers, fetch: send });
  const eventPage = async (query: EventSearch = {}) => bodyOf(await api.GET('/v1/events', { params: { query } }));
  return {
    api,
    eventPage,
    verify: (request, verifyOptions = {}) => verify(api, request, verifyOptions),
    events: (eventsOptions = {}) => events({ url, headers, send, eventPage }, eventsOptions),
  };
}

async function verify(api: Client<paths>, body: VerificationRequest, options: VerifyOptions): Promise<Decision> {
  const { signal, onProgress } = options;
  let seen: Verification = bodyOf(await api.POST('/v1/verifications', { body, ...(signal && { signal }) }));
  const path = { id: seen.verificationId };
  try {
    for (;;) {
      onProgress?.(seen);
      if (seen.decision !== undefined) return seen.decision;
      seen = bodyOf(
        await api.GET('/v1/verifications/{id}', {
          params: { path, query: { waitMs: pollMs } },
          ...(signal && { signal }),
        }),
      );
    }
  } catch (thrown) {
    // Nobody waits for it any more; what it would have said opens nothing.
    if (ended(signal)) await api.DELETE('/v1/verifications/{id}', { params: { path } }).catch(() => undefined);
    throw thrown;
  }
}

interface EventEdges {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly send: (request: Request) => Promise<Response>;
  readonly eventPage: (search?: EventSearch) => Promise<EventPage>;
}

async function* events(edges: EventEdges, options: EventsOptions): AsyncGenerator<PanelEvent, void> {
  const { signal, longestWaitMs = usualLongestWaitMs } = options;
  let last = options.after ?? (await edges.eventPage({ limit: 1 })).newest;
  let waitMs = firstWaitMs;
  while (!ended(signal)) {
    try {
      for await (const { id, data } of eventLines(await opened(edges, last, signal))) {
        waitMs = firstWaitMs;
        if (Number(id) <= last) continue;
        last = Number(id);
        // The terminal’s own JSON, as its document describes it.
        yield JSON.parse(data) as PanelEvent;
      }
    } catch (thrown) {
      if (ended(signal)) return;
      if (isRefusal(thrown)) throw thrown;
    }
    await pause(waitMs, signal);
    waitMs = Math.min(longestWaitMs, waitMs * 2);
  }
}

async function opened({ url, headers, send }: EventEdges, last: number, signal: AbortSignal | undefined) {
  const wanted = { ...headers, accept: 'text/event-stream', 'last-event-id': String(last) };
  const response = await send(new Request(new URL('/v1/events', url), { headers: wanted, ...(signal && { signal }) }));
  if (!response.ok || response.body === null) throw problemOf(response, await response.json().catch(() => undefined));
  return response.body;
}

/** What is not there yet, too busy or broken may be there later. */
function isRefusal(thrown: unknown): boolean {
  const status = typeof thrown === 'object' && thrown !== null && 'status' in thrown ? Number(thrown.status) : 0;
  return status >= 400 && status < 500 && status !== 429;
}

function bodyOf<Body>(answer: { readonly data?: Body; readonly error?: unknown; readonly response: Response }): Body {
  if (answer.data === undefined || !answer.response.ok) throw problemOf(answer.response, answer.error);
  return answer.data;
}

const ended = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
