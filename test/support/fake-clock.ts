import type { Clock } from '#menshen/core/index.js';

/** 2026-03-02 08:00 UTC, a Monday: any fixed moment would do. */
export const startWallMs = Date.UTC(2026, 2, 2, 8);

/** A clock that moves only when told; the wall clock can jump away from the others. */
export class FakeClock implements Clock {
  #wall = startWallMs;
  #monotonic = 1_000_000;
  #sinceBoot = 60_000;
  #boot = 1;
  #synchronised = false;

  wallMs(): number {
    return this.#wall;
  }

  monotonicMs(): number {
    return this.#monotonic;
  }

  sinceBootMs(): number {
    return this.#sinceBoot;
  }

  bootId(): string {
    return `boot-${this.#boot}`;
  }

  synchronised(): boolean {
    return this.#synchronised;
  }

  /** Time passes, and every clock shows it. */
  advance(ms: number): void {
    this.#wall += ms;
    this.#monotonic += ms;
    this.#sinceBoot += ms;
  }

  /** Somebody sets the wall clock. */
  jumpWall(ms: number): void {
    this.#wall += ms;
  }

  /** The machine is off; afterwards only the wall clock (battery-backed, right or wrong) knows about it. */
  reboot(wallGapMs: number): void {
    this.#wall += wallGapMs;
    this.#monotonic = 5_000;
    this.#sinceBoot = 5_000;
    this.#boot += 1;
  }

  /** A time source disciplines the clock from now on, or no longer. */
  setSynchronised(synchronised: boolean): void {
    this.#synchronised = synchronised;
  }
}
