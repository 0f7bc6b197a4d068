import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  type AuditPort,
  type CameraHealth,
  type ErrorCode,
  type FrameObservation,
  type Logger,
  MenshenError,
  type TimerHandle,
  type Timers,
} from '../core/index.js';
import { beginKeyAgreement, type KeyAgreement } from '../crypto/index.js';
import { type EgressRefusal, runInBackground } from '../platform/index.js';
import { closedCamera, recordCameraChange } from './camera-record.js';
import type { FromVision, PackFacts, ToVision, VisionSettings } from './protocol.js';
import { openObservation } from './seal.js';
import { Sparingly } from './sparingly.js';

export interface WatchHandle {
  stop(): void;
}

export interface WatchOptions {
  /** An active challenge needs to know whether the eyes are closed; otherwise nobody looks. */
  readonly eyes?: boolean;
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
  /** Opens the cameras; until then each is `closed` and no process or device of it is touched (M5.0). Again: nothing. */
  openCameras(): void;
  /** Why recognition does not run, for a person. */
  problem(): string | undefined;
  /** The failure behind `problem`, where recognition could say it before it ended. */
  fault(): ErrorCode | undefined;
  /** Begins face work on one camera; nobody else can meanwhile. @throws MenshenError `vision-down`, `camera-busy`. */
  watch(cameraId: string, listener: WatchListener, options?: WatchOptions): WatchHandle;
  /** Looks at an encoded still (JPEG, PNG, WebP); the caller wipes the probe. @throws MenshenError. */
  observeStill(encoded: Uint8Array): Promise<FrameObservation>;
  /** Called when recognition came up, went down or a camera changed state. */
  onChange(listener: () => void): void;
  /** Called when the recognition process wanted to reach beyond the listed addresses (M8.2). */
  onEgressRefused?(listener: (refusal: EgressRefusal) => void): void;
  close(): Promise<void>;
}

const firstBackOffMs = 500;
const longestBackOffMs = 30_000;
/** Models that drifted once will again: no reason to load them twice a minute. */
const driftBackOffMs = 300_000;
const closingGraceMs = 1_000;
/** A picture decoder that is damaged for good is damaged in the next process too: stills wait, faces at the gate do not. */
const decoderPauseMs = 600_000;
/** Recognition reports its cameras twice a second; inference of one frame takes far less than this. */
const watchdogMs = 10_000;

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
  readonly #refusalListeners: ((refusal: EgressRefusal) => void)[] = [];
  readonly #dog: TimerHandle;
  readonly #decoderAnew: Sparingly;
  #child: ChildProcess | undefined;
  #agreement: KeyAgreement | undefined;
  #key: Uint8Array | undefined;
  #facts: PackFacts | undefined;
  #cameras: readonly CameraHealth[];
  #mayOpen = false;
  #problem: string | undefined = 'recognition is starting';
  #fault: ErrorCode | undefined;
  #backOffMs = firstBackOffMs;
  #restart: TimerHandle | undefined;
  #closed = false;
  #heardSince = true;
  /** The failure under way is on record; a restart that fails again is not recorded again. */
  #announced = false;

  constructor(settings: VisionSettings, edges: { audit: AuditPort; timers: Timers; logger: Logger }) {
    this.#settings = settings;
    this.#edges = edges;
    this.#decoderAnew = new Sparingly(edges.timers, decoderPauseMs);
    this.#cameras = settings.cameras.map(closedCamera);
    this.#start();
    this.#dog = edges.timers.every(watchdogMs, () => this.#watchdog());
  }

  facts(): PackFacts | undefined {
    return this.#facts;
  }

  cameras(): readonly CameraHealth[] {
    return this.#cameras;
  }

  openCameras(): void {
    if (this.#mayOpen) return;
    this.#mayOpen = true;
    // Before the models are loaded the child has nobody to give a frame to: it is told when it says that it is ready.
    if (this.#problem === undefined) this.#send({ type: 'open-cameras' });
  }

  problem(): string | undefined {
    return this.#problem;
  }

  fault(): ErrorCode | undefined {
    return this.#fault;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  onEgressRefused(listener: (refusal: EgressRefusal) => void): void {
    this.#refusalListeners.push(listener);
  }

  watch(cameraId: string, listener: WatchListener, { eyes = false }: WatchOptions = {}): WatchHandle {
    if (this.#problem !== undefined) throw new MenshenError('vision-down', `${this.#problem}. PIN and card work.`);
    if ([...this.#watches.values()].some((other) => other.cameraId === cameraId)) {
      throw new MenshenError('camera-busy', `The camera ${cameraId} is being used. Wait until that is over.`);
    }
    if (!this.#mayOpen)
      throw new MenshenError('camera-unavailable', 'The cameras are closed until people have been told (M5.0).');
    const watchId = randomUUID();
    this.#watches.set(watchId, { cameraId, listener });
    this.#send({ type: 'watch', watchId, cameraId, eyes });
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
    this.#dog.cancel();
    this.#restart?.cancel();
    if (this.#child !== undefined) await this.#end(this.#child);
  }

  /** It goes by itself when it is alone; one that does not is made to. */
  async #end(child: ChildProcess): Promise<void> {
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.connected) child.disconnect();
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
    // Before it makes threads, which inherit it: with few cores a panel's answer goes before the next frame.
    if (child.pid !== undefined) runInBackground(child.pid);
    this.#agreement = beginKeyAgreement();
    child.on('message', (message: FromVision) => this.#guarded(child, () => this.#receive(message)));
    child.on('exit', (code, signal) => this.#lost(`recognition ended (${signal ?? code})`));
    child.on('error', (cause) => {
      this.#edges.logger.log('error', 'vision.process', { message: cause.message });
      if (child.pid === undefined) this.#lost('recognition could not be started');
    });
    this.#send({ type: 'configure', settings: this.#settings, publicKey: this.#agreement.publicKey });
  }

  /** Whatever goes wrong with what recognition says ends recognition, never the daemon. */
  #guarded(child: ChildProcess, work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.#edges.logger.log('error', 'vision.message', { message: String(thrown) });
      child.kill('SIGKILL');
    }
  }

  /** Recognition that has not spoken for so long hangs. */
  #watchdog(): void {
    const child = this.#child;
    if (child === undefined || this.#problem !== undefined || this.#heardSince) {
      this.#heardSince = false;
      return;
    }
    this.#edges.logger.log('error', 'vision.silent', {});
    child.kill('SIGKILL');
  }

  #receive(message: FromVision): void {
    this.#heardSince = true;
    switch (message.type) {
      case 'ready':
        this.#key = this.#agreement?.agree(message.publicKey);
        this.#facts = message.facts;
        this.#problem = undefined;
        this.#fault = undefined;
        this.#announced = false;
        if (this.#mayOpen) this.#send({ type: 'open-cameras' });
        this.#edges.logger.log('info', 'vision.ready', { pack: message.facts.packId });
        this.#changed();
        break;
      case 'observation':
        this.#observed(message.watchId, message.seen);
        break;
      case 'still-seen':
        this.#stillSeen(message.requestId, message.seen);
        break;
      case 'failed':
        this.#failed(message);
        break;
      case 'egress-refused':
        for (const listener of this.#refusalListeners) listener(message.refusal);
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

  #stillSeen(requestId: string, seen: Parameters<typeof openObservation>[0]): void {
    const opened = this.#opened(seen);
    const request = this.#takeStill(requestId);
    if (request === undefined) opened.face?.probe?.vector.fill(0);
    else request.resolve(opened);
  }

  #opened(seen: Parameters<typeof openObservation>[0]): FrameObservation {
    if (this.#key === undefined) throw new MenshenError('internal', 'an observation came before the keys were agreed');
    return openObservation(seen, this.#key);
  }

  #failed(message: Extract<FromVision, { type: 'failed' }>): void {
    const failure = new MenshenError(message.code, message.detail);
    if (message.requestId !== undefined) this.#takeStill(message.requestId)?.reject(failure);
    else this.#ownFailure(failure);
    if (message.decoderLost === true) this.#decoderLost(failure);
  }

  #decoderLost(failure: MenshenError): void {
    const child = this.#child;
    if (child === undefined || this.#problem !== undefined || this.#watches.size > 0) return;
    if (!this.#decoderAnew.take()) return;
    this.#ownFailure(failure);
    void this.#end(child);
  }

  #ownFailure(failure: MenshenError): void {
    this.#problem = failure.message;
    this.#fault = failure.code;
    if (failure.code === 'model-drift') this.#backOffMs = driftBackOffMs;
  }

  #takeStill(requestId: string): StillRequest | undefined {
    const request = this.#stills.get(requestId);
    this.#stills.delete(requestId);
    return request;
  }

  #camerasAre(cameras: readonly CameraHealth[]): void {
    this.#backOffMs = firstBackOffMs;
    // What it said before it heard that it may open them.
    if (cameras.length === 0) return;
    const before = new Map(this.#cameras.map((camera) => [camera.cameraId, camera]));
    this.#cameras = cameras;
    for (const camera of cameras) recordCameraChange(camera, before.get(camera.cameraId), this.#edges);
    this.#changed();
  }

  #lost(why: string): void {
    this.#child = undefined;
    this.#key?.fill(0);
    this.#key = undefined;
    if (this.#mayOpen) this.#cameras = this.#cameras.map((camera) => ({ ...camera, state: 'failed', problem: why }));
    const announced = this.#announced;
    this.#announced = true;
    this.#problem ??= why;
    const lost = [...this.#watches.values()];
    this.#watches.clear();
    for (const { listener } of lost) listener.onLost();
    for (const request of this.#stills.values()) request.reject(new MenshenError('vision-down', `${why}. Try again.`));
    this.#stills.clear();
    if (this.#closed) return;
    this.#edges.logger.log('error', 'vision.lost', { why: this.#problem ?? why, retryInMs: this.#backOffMs });
    if (!announced) {
      this.#edges.audit.append('vision.failed', { why: this.#problem ?? why, code: this.#fault ?? null });
    }
    this.#restart = this.#edges.timers.after(this.#backOffMs, () => this.#start());
    this.#backOffMs = Math.min(longestBackOffMs, this.#backOffMs * 2);
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #send(message: ToVision): void {
    if (this.#child?.connected === true) this.#child.send(message);
  }
}
