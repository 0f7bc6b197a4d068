/** An outbox over a real store and audit, with time and the network in the test’s hands. */
import { Anchors, RollbackGuard, type SignedHead } from '#menshen/anchors/index.js';
import { AuditTrail, PanelEvents } from '#menshen/audit/index.js';
import { type LanAnswer, type LanCall, type LogLevel, MenshenError } from '#menshen/core/index.js';
import { type NewListener, Outbox } from '#menshen/outbox/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import type { Store } from '#menshen/store/index.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeTimers } from '../support/fake-timers.js';
import { createTestStore } from '../support/temp-store.js';

export interface Told {
  readonly type: string;
  readonly deviceId: string;
  readonly listenerId: string;
  readonly deliveryId: string;
  readonly attempt: number;
  readonly replay: boolean;
  readonly newest: number;
  readonly event?: { readonly serial: number; readonly kind: string };
  readonly auditHead?: SignedHead;
  readonly gap?: { readonly from: number; readonly to: number };
}

/** An answer’s status, a failure, or an answer that never comes. */
export type Reaction = number | LanAnswer | 'unreachable' | 'silence';

export const panelUrl = 'http://127.0.0.1:9001/events';

/** A LAN on which what each listener does is said by the test. */
export class FakeLan {
  readonly calls: { readonly call: LanCall; readonly told: Told; readonly atMs: number }[] = [];
  readonly #clock: FakeClock;
  react: (told: Told, call: LanCall) => Reaction = () => 200;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  call(call: LanCall): Promise<LanAnswer> {
    const told = JSON.parse(call.body) as Told;
    this.calls.push({ call, told, atMs: this.#clock.monotonicMs() });
    const reaction = this.react(told, call);
    const cut = new MenshenError('listener-unreachable', 'cut');
    if (reaction === 'unreachable') return Promise.reject(cut);
    if (reaction === 'silence')
      return new Promise((_resolve, reject) => call.signal?.addEventListener('abort', () => reject(cut)));
    return Promise.resolve(typeof reaction === 'number' ? { status: reaction, headers: {}, body: '' } : reaction);
  }

  /** Serials of the events that were sent, in the order of sending. */
  serials(): number[] {
    return this.calls.flatMap(({ told }) => (told.event === undefined ? [] : [told.event.serial]));
  }

  /** What was sent since, and forgets it. */
  taken(): Told[] {
    return this.calls.splice(0).map(({ told }) => told);
  }
}

export function openOutbox(options: { store?: Store; clock?: FakeClock; lan?: FakeLan } = {}) {
  const { store = createTestStore(), clock = new FakeClock() } = options;
  const lan = options.lan ?? new FakeLan(clock);
  const timers = new FakeTimers(clock);
  const audit = new AuditTrail(store, clock);
  const events = new PanelEvents({ store, personFields: 'subject-id' });
  const logged: string[] = [];
  const logger = { log: (_level: LogLevel, code: string) => void logged.push(code) };
  const ways: string[] = [];
  const allow = (address: string, port: number) => {
    ways.push(`${address}:${port}`);
    return () => void ways.splice(ways.indexOf(`${address}:${port}`), 1);
  };
  const rollback = new RollbackGuard({ store, audit, clock, logger, witnesses: [] });
  const anchors = new Anchors({ store, audit, clock, deviceId: 'gate-1', rollback });
  const outbox = new Outbox({
    ...{ store, audit, events, lan, clock, timers, randomness: systemRandomness, logger, allow },
    ...{ deviceId: 'gate-1', mode: 'live', replayAfterMs: 60_000 },
    auditHead: () => anchors.head(),
  });
  const add = (changes: Partial<NewListener> = {}) =>
    outbox.add({ url: panelUrl, label: 'panel', kinds: [], heartbeatSeconds: 60, by: 'op-1', ...changes });
  /** Lets what is due happen, as many rounds as it takes for everything to be quiet. */
  const settle = async (ms = 0) => {
    for (let round = 0; round < 40; round += 1) {
      timers.advance(round === 0 ? ms : 0);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const happen = (count: number, kind: 'door.event' | 'camera.live' = 'door.event') => {
    for (let n = 0; n < count; n += 1) audit.append(kind, { doorId: 'main', n });
  };
  return { store, clock, timers, audit, anchors, lan, outbox, add, settle, happen, logged, ways };
}
