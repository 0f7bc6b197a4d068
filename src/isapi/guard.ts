import { TLSSocket } from 'node:tls';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from '../config/index.js';
import { type Clock, MenshenError } from '../core/index.js';
import { type Algorithm, answerHolds, type DigestAnswer, readDigest } from './digest.js';
import type { Nonces } from './nonces.js';
import { type IsapiRole, type IsapiUsers, realm } from './users.js';

export interface GuardParts {
  readonly users: IsapiUsers;
  readonly nonces: Nonces;
  readonly clock: Clock;
  /** In the order in which they are offered; a client takes the first that it knows (RFC 7616, 3.7). */
  readonly algorithms: readonly Algorithm[];
}

const mostFailures = 10;
const failurePeriodMs = 60_000;
const mostCounted = 2000;

/** Who calls in this dialect: HTTP Digest and nothing else, inside TLS or on the device itself. */
export class DigestGuard {
  readonly #parts: GuardParts;
  /** By address and name together: neither locks the other's holder out elsewhere. */
  readonly #failures = new Map<string, { count: number; readonly sinceMs: number }>();
  readonly #stale = new WeakSet<FastifyRequest>();

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  /** Sets the request's caller. @throws MenshenError `unauthenticated`, `forbidden`, `too-many-requests`. */
  check(request: FastifyRequest): void {
    const { denials } = request.server;
    if (!(request.raw.socket instanceof TLSSocket) && !isLoopback(request.ip))
      throw denials.denied(request, 'forbidden', 'Digest is spoken inside TLS only.');
    const { authorization } = request.headers;
    // The first half of every handshake: nothing was tried.
    if (authorization === undefined) throw new MenshenError('unauthenticated', 'Answer the challenge.');
    const answer = readDigest(authorization);
    if (answer === undefined || !this.#parts.algorithms.includes(answer.algorithm))
      throw denials.denied(request, 'unauthenticated', 'Digest with qop=auth is spoken here.');
    this.#checkNotLimited(request, answer);
    const role = this.#roleOf(request, answer);
    if (role === undefined) {
      this.#failed(request, answer);
      throw denials.denied(request, 'unauthenticated', 'Name or password are wrong, or the user was revoked or ended.');
    }
    this.#checkNonce(request, answer);
    const caller = { id: `isapi:${answer.username}`, role };
    request.caller = caller;
    request.callerNow = () => (this.#parts.users.role(answer.username) === role ? caller : undefined);
    const { allow } = request.routeOptions.config;
    if (allow !== 'anyone' && allow?.includes(role) !== true)
      throw denials.denied(request, 'forbidden', `The role ${role} may not do this.`);
  }

  challenge(request: FastifyRequest, reply: FastifyReply): void {
    const nonce = this.#parts.nonces.make();
    const stale = this.#stale.has(request) ? ', stale=true' : '';
    const lines = this.#parts.algorithms.map(
      (algorithm) => `Digest realm="${realm}", qop="auth", algorithm=${algorithm}, nonce="${nonce}"${stale}`,
    );
    reply.header('www-authenticate', lines);
  }

  /** The same hashes whether the name is known or not. */
  #roleOf(request: FastifyRequest, answer: DigestAnswer): IsapiRole | undefined {
    const { users } = this.#parts;
    const holds = answerHolds(users.secret(answer.username, answer.algorithm), request.method, answer);
    const here = answer.realm === realm && answer.uri === request.raw.url;
    return holds && here ? users.role(answer.username) : undefined;
  }

  #checkNonce(request: FastifyRequest, { nonce, nc }: DigestAnswer): void {
    const state = this.#parts.nonces.take(nonce, nc);
    if (state === 'good') return;
    this.#stale.add(request);
    const detail = 'This nonce is used up. Answer the new challenge.';
    if (state === 'replayed') throw request.server.denials.denied(request, 'unauthenticated', detail);
    throw new MenshenError('unauthenticated', detail);
  }

  #checkNotLimited(request: FastifyRequest, answer: DigestAnswer): void {
    const before = this.#failures.get(keyOf(request, answer));
    if (before === undefined || this.#parts.clock.monotonicMs() - before.sinceMs > failurePeriodMs) return;
    if (before.count >= mostFailures)
      throw request.server.denials.denied(request, 'too-many-requests', 'Too many wrong answers. Wait a minute.');
  }

  #failed(request: FastifyRequest, answer: DigestAnswer): void {
    const key = keyOf(request, answer);
    const nowMs = this.#parts.clock.monotonicMs();
    const before = this.#failures.get(key);
    const running = before !== undefined && nowMs - before.sinceMs <= failurePeriodMs;
    if (running) before.count += 1;
    else this.#failures.set(key, { count: 1, sinceMs: nowMs });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > mostCounted && oldest !== undefined) this.#failures.delete(oldest);
  }
}

const keyOf = ({ ip }: FastifyRequest, { username }: DigestAnswer): string => `${ip} ${username.slice(0, 64)}`;
