import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  type AuditBody,
  type AuditPort,
  type CameraHealth,
  type FrameObservation,
  type Logger,
  MenshenError,
  type TimerHandle,
  type Timers,
} from '../core/index.js';
import { beginKeyAgreement, type KeyAgreement } from '../crypto/index.js';
import type { FromVision, PackFacts, ToVision, VisionSettings } from './protocol.js';
import { openObservation } from './seal.js';

export interface WatchHandle {
  stop(): void;
}

export interface WatchListener {
  /** The listener wipes the probe. */
  onObservation(observation: FrameObservation): void;
  /** Recognition went away; nothing more comes. */
  onLost(): void;
}

/** Recognition as the daemon sees it. */
export interface Vision {
  /** What is known of the model pack once it runs. */
  facts(): PackFacts | undefined;
  cameras(): readonly CameraHealth[];
  /** Why recognition does not run, for a person. */
  problem(): string | undefined;
  /** Begins face work on one camera; nobody else can meanwhile. @throws MenshenError `vision-down`, `camera-busy`. */
  watch(cameraId: string, listener: WatchListener): WatchHandle;
  /** Looks at an encoded still (JPEG, PNG, WebP); the caller wipes the probe. @throws MenshenError. */
  observeStill(encoded: Uint8Array): Promise<FrameObservation>;
  /** Called when recognition came up, went down or a camera changed state. */
  onChange(listener: () => void): void;
  close(): Promise<void>;
}

const firstBackOffMs = 500;
const longestBackOffMs = 30_000;
const closingGraceMs = 1_000;

interface StillRequest {
  resolve(observation: FrameObservation): void;
  reject(reason: Error): void;
}

/** Runs the recognition process, starts it again when it dies, and keeps its last word on cameras and models. */
export class VisionProcess implements Vision {
  readonly #settings: VisionSettings;
  readonly #edges: { audit: AuditPort; timers: Timers; logger: Logger };
  readonly #watches = new Map<string, { readonly cameraId: string; readonly listener: WatchListener }>();
  readonly #stills = new Map<string, StillRequest>();
  readonly #listeners: (() => void)[] = [];
  #child: ChildProcess | undefined;
  #agreement: KeyAgreement | undefined;
  #key: Uint8Array | undefined;
  #facts: PackFacts | undefined;
  #cameras: readonly CameraHealth[] = [];
  #problem: string | undefined = 'recognition is starting';
  #backOffMs = firstBackOffMs;
  #restart: TimerHandle | undefined;
  #closed = false;

  constructor(settings: VisionSettings, edges: { audit: AuditPort; timers: Timers; logger: Logger }) {
    this.#settings = settings;
    this.#edges = edges;
    this.#start();
  }

  facts(): PackFacts | undefined {
    return this.#facts;
  }

  cameras(): readonly CameraHealth[] {
    return this.#cameras;
  }

  problem(): string | undefined {
    return this.#problem;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  watch(cameraId: string, listener: WatchListener): WatchHandle {
    if (this.#problem !== undefined) throw new MenshenError('vision-down', `${this.#problem}. PIN and card work.`);
    if ([...this.#watches.values()].some((other) => other.cameraId === cameraId)) {
      throw new MenshenError('camera-busy', `The camera ${cameraId} is being used. Wait until that is over.`);
    }
    const watchId = randomUUID();
    this.#watches.set(watchId, { cameraId, listener });
    this.#send({ type: 'watch', watchId, cameraId });
    return {
      stop: () => {
        if (this.#watches.delete(watchId)) this.#send({ type: 'stop', watchId });
      },
    };
  }

  observeStill(encoded: Uint8Array): Promise<FrameObservation> {
    if (this.#problem !== undefined) return Promise.reject(new MenshenError('vision-down', `${this.#problem}.`));
    return new Promise((resolve, reject) => {
      const requestId = randomUUID();
      this.#stills.set(requestId, { resolve, reject });
      this.#send({ type: 'still', requestId, encoded });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#restart?.cancel();
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.disconnect();
    const killer = this.#edges.timers.after(closingGraceMs, () => child.kill('SIGKILL'));
    await gone;
    killer.cancel();
  }

  #start(): void {
    const child = fork(new URL('./child.js', import.meta.url), [], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.#agreement = beginKeyAgreement();
    child.on('message', (message: FromVision) => this.#receive(message));
    child.on('exit', (code, signal) => this.#lost(`recognition ended (${signal ?? code})`));
    child.on('error', (cause) => this.#edges.logger.log('error', 'vision.process', { message: cause.message }));
    this.#send({ type: 'configure', settings: this.#settings, publicKey: this.#agreement.publicKey });
  }

  #receive(message: FromVision): void {
    switch (message.type) {
      case 'ready':
        this.#key = this.#agreement?.agree(message.publicKey);
        this.#facts = message.facts;
        this.#problem = undefined;
        this.#edges.logger.log('info', 'vision.ready', { pack: message.facts.packId });
        this.#changed();
        break;
      case 'observation':
        this.#observed(message.watchId, message.seen);
        break;
      case 'still-seen':
        this.#takeStill(message.requestId)?.resolve(this.#opened(message.seen));
        break;
      case 'failed':
        this.#failed(message);
        break;
      case 'cameras':
        this.#camerasAre(message.cameras);
        break;
    }
  }

  #observed(watchId: string, seen: Parameters<typeof openObservation>[0]): void {
    const watch = this.#watches.get(watchId);
    if (watch !== undefined) watch.listener.onObservation(this.#opened(seen));
  }

  #opened(seen: Parameters<typeof openObservation>[0]): FrameObservation {
    if (this.#key === undefined) throw new MenshenError('internal', 'an observation came before the keys were agreed');
    return openObservation(seen, this.#key);
  }

  #failed(message: Extract<FromVision, { type: 'failed' }>): void {
    const failure = new MenshenError(message.code, message.detail);
    if (message.requestId !== undefined) this.#takeStill(message.requestId)?.reject(failure);
    else this.#problem = failure.message;
  }

  #takeStill(requestId: string): StillRequest | undefined {
    const request = this.#stills.get(requestId);
    this.#stills.delete(requestId);
    return request;
  }

  #camerasAre(cameras: readonly CameraHealth[]): void {
    const before = new Map(this.#cameras.map((camera) => [camera.cameraId, camera]));
    this.#cameras = cameras;
    for (const camera of cameras) this.#recordChange(camera, before.get(camera.cameraId));
    this.#backOffMs = firstBackOffMs;
    this.#changed();
  }

  #recordChange({ cameraId, state, fault, problem }: CameraHealth, before: CameraHealth | undefined): void {
    const { audit } = this.#edges;
    if (state === 'failed' && before?.state !== 'failed')
      audit.append('camera.failed', { cameraId, problem: problem ?? 'unknown' });
    if (state === 'live' && before?.state === 'failed') audit.append('camera.live', { cameraId });
    if (fault !== before?.fault) audit.append('camera.fault', { cameraId, fault: fault ?? 'none' });
  }

  #lost(why: string): void {
    this.#child = undefined;
    this.#key?.fill(0);
    this.#key = undefined;
    this.#cameras = this.#cameras.map((camera) => ({ ...camera, state: 'failed', problem: why }));
    const startedBefore = this.#problem === undefined;
    if (startedBefore) this.#problem = why;
    const lost = [...this.#watches.values()];
    this.#watches.clear();
    for (const { listener } of lost) listener.onLost();
    for (const request of this.#stills.values()) request.reject(new MenshenError('vision-down', `${why}. Try again.`));
    this.#stills.clear();
    if (this.#closed) return;
    this.#edges.logger.log('error', 'vision.lost', { why: this.#problem ?? why, retryInMs: this.#backOffMs });
    if (startedBefore) this.#record('vision.failed', { why });
    this.#restart = this.#edges.timers.after(this.#backOffMs, () => this.#start());
    this.#backOffMs = Math.min(longestBackOffMs, this.#backOffMs * 2);
    this.#changed();
  }

  /** Opens no gate, so a disk that is full must not end the service over it. */
  #record(kind: 'camera.failed' | 'camera.live' | 'vision.failed', body: AuditBody): void {
    try {
      this.#edges.audit.append(kind, body);
    } catch (thrown) {
      if (!(thrown instanceof MenshenError) || thrown.code !== 'store-full') throw thrown;
      this.#edges.logger.log('error', 'audit.not-recorded', { kind, code: thrown.code });
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #send(message: ToVision): void {
    if (this.#child?.connected === true) this.#child.send(message);
  }
}
