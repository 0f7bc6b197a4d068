import { describe, expect, it } from 'vitest';
import type { AuditKind } from '#menshen/core/index.js';
import type { Store } from '#menshen/store/index.js';
import { ClockGuard } from '#menshen/timekeeping/index.js';
import { FakeClock, startWallMs } from '../support/fake-clock.js';
import { createTestStore } from '../support/temp-store.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const limits = { jumpToleranceMs: minuteMs, maxDowntimeMs: 72 * hourMs };

function terminal() {
  const store = createTestStore();
  const clock = new FakeClock();
  const kinds: AuditKind[] = [];
  return { store, clock, kinds, guard: start({ store, clock, kinds }) };
}

/** The daemon starts (again) on the same store. */
function start({ store, clock, kinds }: { store: Store; clock: FakeClock; kinds: AuditKind[] }): ClockGuard {
  const audit = { append: (kind: AuditKind) => ({ seq: kinds.push(kind) }) };
  return new ClockGuard({ store, clock, audit, limits });
}

/** How far the vouched-for time is from the true one, which `trueMs` after the start is. */
const aheadOfTruth = (guard: ClockGuard, trueMs: number): number => guard.trustedMs() - (startWallMs + trueMs);

describe('while the daemon runs', () => {
  it('a clock that keeps step is trusted, and the vouched-for time moves with it', () => {
    const { clock, guard } = terminal();
    clock.advance(hourMs);
    expect([guard.check().trusted, aheadOfTruth(guard, hourMs)]).toEqual([true, 0]);
  });

  it.each([
    ['ahead', 2 * hourMs, 'the clock jumped 2 h ahead'],
    ['back', -3 * 24 * hourMs, 'the clock jumped 3 days back'],
    ['by minutes', -5 * minuteMs, 'the clock jumped 5 min back'],
  ])('a jump %s makes it suspect and says so once', (_way, jumpMs, problem) => {
    const { clock, guard, kinds } = terminal();
    clock.jumpWall(jumpMs);
    guard.check();
    clock.advance(10_000);
    expect([guard.check(), kinds]).toEqual([expect.objectContaining({ trusted: false, problem }), ['clock.suspect']]);
  });

  it('a jump within the tolerance is no jump', () => {
    const { clock, guard } = terminal();
    clock.jumpWall(minuteMs);
    expect(guard.check().trusted).toBe(true);
  });

  it('a jump ahead moves the vouched-for time by what really passed', () => {
    const { clock, guard } = terminal();
    clock.advance(hourMs);
    clock.jumpWall(40 * 24 * hourMs);
    guard.check();
    clock.advance(hourMs);
    expect(aheadOfTruth(guard, 2 * hourMs)).toBe(0);
  });

  it('a jump back does not take away time that passed', () => {
    const { clock, guard } = terminal();
    clock.advance(hourMs);
    clock.jumpWall(-10 * hourMs);
    guard.check();
    expect(aheadOfTruth(guard, hourMs)).toBe(0);
  });

  it('a clock that jumped stays suspect when it jumps back by itself', () => {
    const { clock, guard } = terminal();
    clock.jumpWall(2 * hourMs);
    guard.check();
    clock.jumpWall(-2 * hourMs);
    expect(guard.check().trusted).toBe(false);
  });

  it('a clock that creeps ahead below the tolerance never takes the vouched-for time with it', () => {
    const { clock, guard } = terminal();
    for (let n = 0; n < 100; n += 1) {
      clock.advance(10_000);
      clock.jumpWall(50_000);
      guard.check();
    }
    expect([aheadOfTruth(guard, 1_000_000), guard.status().unconfirmedMs]).toEqual([0, 5_000_000]);
  });

  it('a jump that a time source made is suspect all the same', () => {
    const { clock, guard } = terminal();
    clock.setSynchronised(true);
    clock.jumpWall(2 * hourMs);
    expect([guard.check().trusted, aheadOfTruth(guard, 0)]).toEqual([false, 0]);
  });

  it('a time source vouches for nothing while the clock is suspect', () => {
    const { clock, guard } = terminal();
    clock.jumpWall(2 * hourMs);
    guard.check();
    clock.setSynchronised(true);
    clock.advance(hourMs);
    expect([guard.check().trusted, aheadOfTruth(guard, hourMs)]).toEqual([false, 0]);
  });

  it('a time source vouches for small corrections', () => {
    const { clock, guard } = terminal();
    clock.setSynchronised(true);
    clock.jumpWall(30_000);
    clock.advance(10_000);
    guard.check();
    expect(aheadOfTruth(guard, 10_000)).toBe(30_000);
  });
});

describe('a confirmation', () => {
  it('makes the clock trusted, vouches for it, and is on record', () => {
    const { clock, guard, kinds } = terminal();
    clock.jumpWall(5 * hourMs);
    guard.check();
    const status = guard.confirm('op-1');
    expect([status, aheadOfTruth(guard, 5 * hourMs), kinds]).toEqual([
      expect.objectContaining({ trusted: true, unconfirmedMs: 0 }),
      0,
      ['clock.suspect', 'clock.confirmed'],
    ]);
  });

  it('holds over a restart', () => {
    const site = terminal();
    site.clock.jumpWall(5 * hourMs);
    site.guard.check();
    site.guard.confirm('op-1');
    site.clock.advance(minuteMs);
    expect(start(site).status().trusted).toBe(true);
  });

  it('does not excuse the next jump', () => {
    const { clock, guard } = terminal();
    guard.confirm('op-1');
    clock.jumpWall(5 * hourMs);
    expect(guard.check().trusted).toBe(false);
  });
});

describe('a restart within the same boot', () => {
  it('counts the time the daemon was down', () => {
    const site = terminal();
    site.guard.check();
    site.clock.advance(10 * hourMs);
    const guard = start(site);
    expect([guard.status().trusted, aheadOfTruth(guard, 10 * hourMs), guard.status().elapsedMs]).toEqual([
      true,
      0,
      10 * hourMs,
    ]);
  });

  it.each([5 * hourMs, -5 * hourMs])('finds a jump of %d ms that was made meanwhile', (jumpMs) => {
    const site = terminal();
    site.clock.advance(hourMs);
    site.clock.jumpWall(jumpMs);
    expect([start(site).status().trusted, site.kinds]).toEqual([false, ['clock.suspect']]);
  });

  it('does not make a suspect clock trusted, nor report it twice', () => {
    const site = terminal();
    site.clock.jumpWall(5 * hourMs);
    site.guard.check();
    expect([start(site).status().trusted, site.kinds]).toEqual([false, ['clock.suspect']]);
  });

  it('vouches for no gap that nobody vouched for before it', () => {
    const site = terminal();
    site.clock.reboot(48 * hourMs);
    start(site);
    const guard = start(site);
    expect([guard.status().trusted, aheadOfTruth(guard, 0)]).toEqual([true, 0]);
  });

  it('repeated, lets no small jumps add up to a vouched-for time ahead of the true one', () => {
    const site = terminal();
    for (let n = 0; n < 10; n += 1) {
      site.clock.jumpWall(50_000);
      start(site);
    }
    expect(aheadOfTruth(start(site), 0)).toBe(0);
  });
});

describe('a reboot', () => {
  it('after a short down-time leaves the clock trusted, but the gap unvouched for', () => {
    const site = terminal();
    site.clock.reboot(10 * hourMs);
    const guard = start(site);
    expect([guard.status(), aheadOfTruth(guard, 0)]).toEqual([
      { trusted: true, unconfirmedMs: 10 * hourMs, elapsedMs: 0 },
      0,
    ]);
  });

  it('after a longer down-time than the site allows must be confirmed', () => {
    const site = terminal();
    site.clock.reboot(73 * hourMs);
    const guard = start(site);
    expect([guard.status().trusted, guard.status().problem, site.kinds]).toEqual([
      false,
      expect.stringContaining('ahead of the last record before the restart'),
      ['clock.suspect'],
    ]);
  });

  it('after a short down-time is vouched for by a time source', () => {
    const site = terminal();
    site.clock.setSynchronised(true);
    site.clock.reboot(71 * hourMs);
    const guard = start(site);
    expect([guard.status(), aheadOfTruth(guard, 71 * hourMs)]).toEqual([
      { trusted: true, unconfirmedMs: 0, elapsedMs: 0 },
      0,
    ]);
  });

  it('after a long one must be confirmed, whatever the time source says', () => {
    const site = terminal();
    site.clock.setSynchronised(true);
    site.clock.reboot(73 * hourMs);
    expect(start(site).status().trusted).toBe(false);
  });

  it.each([true, false])('with a clock that went back is suspect (time source: %j)', (synchronised) => {
    const site = terminal();
    site.clock.setSynchronised(synchronised);
    site.clock.reboot(-2 * hourMs);
    expect(start(site).status().trusted).toBe(false);
  });

  it('keeps a suspicion from before it', () => {
    const site = terminal();
    site.clock.jumpWall(5 * hourMs);
    site.guard.check();
    site.clock.setSynchronised(true);
    site.clock.reboot(hourMs);
    expect(start(site).status().trusted).toBe(false);
  });

  it('is followed by time that counts', () => {
    const site = terminal();
    site.clock.reboot(10 * hourMs);
    const guard = start(site);
    site.clock.advance(hourMs);
    guard.check();
    expect(aheadOfTruth(guard, hourMs)).toBe(0);
  });
});

it('whatever the clocks do, the vouched-for time is never ahead of the time that passed', () => {
  const site = terminal();
  let guard = site.guard;
  let passedMs = 0;
  const steps = [3, -2, 500, 7, -400, 61, 90_000, -1, 0.5, 4_000];
  for (const [n, minutes] of steps.entries()) {
    site.clock.jumpWall(minutes * minuteMs);
    site.clock.advance(n * minuteMs);
    passedMs += n * minuteMs;
    guard.check();
    if (n === 5) {
      site.clock.reboot(20 * hourMs);
      guard = start(site);
    }
    expect(aheadOfTruth(guard, passedMs)).toBeLessThanOrEqual(0);
  }
});
