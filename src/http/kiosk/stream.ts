import type { ServerResponse } from 'node:http';
import type { TimerHandle } from '../../core/index.js';
import type { Services } from '../services.js';
import type { ScreenEvents } from './contract.js';
import { screenHeaders } from './guard.js';

/** Guides are drawn about ten times a second; more often nobody sees. */
const shortestGapMs = 100;
/** Also when nothing said so: a face mode that went off, a result that has been shown long enough. */
const lookAgainMs = 2_000;
const aliveMs = 15_000;
/** A page that takes nothing for so long is cut off; it comes back and gets the newest state. */
const patienceMs = 60_000;

export type StreamedState = Omit<ScreenEvents, 'alive'>;

export interface StreamSource {
  /** The newest state; only what there is to say. */
  state(): { readonly [Event in keyof StreamedState]?: StreamedState[Event] };
  /** Calls `run` when the state may have changed. @returns what ends it. */
  onChange(run: () => void): () => void;
  /** Whether the key that opened the stream still counts. */
  stillAllowed(): boolean;
}

/**
 * Server-sent events of the screen: the newest state at once, then what changed. What the page did not take in time is
 * never queued: it gets the state as it is when it reads again.
 */
export class ScreenStream {
  readonly #out: ServerResponse;
  readonly #source: StreamSource;
  readonly #ports: Pick<Services, 'clock' | 'timers' | 'logger'>;
  readonly #sent = new Map<string, string>();
  #flushTimer: TimerHandle | undefined;
  #flushedAtMs = Number.NEGATIVE_INFINITY;
  /** Monotonic; set while the page does not read. */
  #blockedSinceMs: number | undefined;

  constructor(out: ServerResponse, source: StreamSource, ports: Pick<Services, 'clock' | 'timers' | 'logger'>) {
    this.#out = out;
    this.#source = source;
    this.#ports = ports;
  }

  /** Opens the answer and writes until the page, the key or `end` closes it. */
  begin(): void {
    const out = this.#out;
    out.writeHead(200, {
      ...screenHeaders,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      connection: 'keep-alive',
    });
    out.flushHeaders();
    const { timers } = this.#ports;
    const unsubscribe = this.#source.onChange(() => this.#schedule());
    const look = timers.every(lookAgainMs, () => this.#safely(() => this.#look()));
    const alive = timers.every(aliveMs, () => this.#write('event: alive\ndata: null\n\n'));
    out.on('drain', () => {
      this.#blockedSinceMs = undefined;
      this.#schedule();
    });
    out.on('close', () => {
      unsubscribe();
      for (const timer of [look, alive, this.#flushTimer]) timer?.cancel();
    });
    out.on('error', () => out.destroy());
    this.#write('retry: 1000\n\n');
    this.#safely(() => this.#flush());
  }

  end(): void {
    this.#out.destroy();
  }

  #look(): void {
    const blocked = this.#blockedSinceMs;
    const silent = blocked !== undefined && this.#ports.clock.monotonicMs() - blocked > patienceMs;
    if (silent || !this.#source.stillAllowed()) this.end();
    else this.#schedule();
  }

  #schedule(): void {
    if (this.#out.destroyed || this.#flushTimer !== undefined || this.#blockedSinceMs !== undefined) return;
    const dueInMs = Math.max(0, this.#flushedAtMs + shortestGapMs - this.#ports.clock.monotonicMs());
    this.#flushTimer = this.#ports.timers.after(dueInMs, () => {
      this.#flushTimer = undefined;
      this.#safely(() => (this.#source.stillAllowed() ? this.#flush() : this.end()));
    });
  }

  /** A fault of ours ends this stream, which the page opens again, and nothing else. */
  #safely(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.#ports.logger.log('error', 'screen-stream.fault', { message: String(thrown) });
      this.end();
    }
  }

  #flush(): void {
    this.#flushedAtMs = this.#ports.clock.monotonicMs();
    for (const [event, value] of Object.entries(this.#source.state())) {
      if (this.#blockedSinceMs !== undefined) return;
      const data = JSON.stringify(value);
      if (this.#sent.get(event) === data) continue;
      this.#sent.set(event, data);
      this.#write(`event: ${event}\ndata: ${data}\n\n`);
    }
  }

  #write(text: string): void {
    if (this.#out.destroyed || this.#blockedSinceMs !== undefined) return;
    if (!this.#out.write(text)) this.#blockedSinceMs = this.#ports.clock.monotonicMs();
  }
}
