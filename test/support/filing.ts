/** Counting and filing over a real store, with a clock that the test moves. */
import { AuditTrail } from '#menshen/audit/index.js';
import type { Config } from '#menshen/config/index.js';
import type { Clock } from '#menshen/core/index.js';
import {
  type CurrentAssessment,
  FilingService,
  filedFields,
  KeepingPeriod,
  loadWorkingDays,
  type WorkingDays,
} from '#menshen/filing/index.js';
import { type Languages, loadLanguages } from '#menshen/language/index.js';
import { noticeFields } from '#menshen/notice/index.js';
import type { Store } from '#menshen/store/index.js';
import { FakeClock, startWallMs } from './fake-clock.js';
import { type ConfigChanges, siteConfig } from './site.js';
import { createTestStore } from './temp-store.js';

export const assessed: CurrentAssessment = {
  version: 1,
  hash: 'ab'.repeat(32),
  date: '2026-01-15',
  fields: { id: 'A-1', author: 'Ann', risks: 'a <b>bold</b> risk' },
};

export interface FilingOptions {
  readonly store?: Store;
  readonly clock?: FakeClock;
  readonly changes?: ConfigChanges;
  readonly assessment?: CurrentAssessment | { readonly why: string };
  readonly workingDays?: WorkingDays;
  readonly decommissionedAtMs?: () => number | undefined;
}

export function openFiling(options: FilingOptions = {}) {
  const { store = createTestStore(), clock = new FakeClock(), assessment = assessed } = options;
  const audit = new AuditTrail(store, clock);
  const config = siteConfig(options.changes);
  const doubt = { lowerBoundMs: undefined as number | undefined };
  const time = {
    now: () =>
      doubt.lowerBoundMs === undefined
        ? { ms: clock.wallMs(), trusted: true }
        : { ms: doubt.lowerBoundMs, trusted: false },
  };
  const filing = new FilingService({
    ...{ store, audit, time },
    languages: loadLanguages(),
    workingDays: options.workingDays ?? loadWorkingDays(),
    fields: filedFields(config, noticeFields(config)),
    deviceId: config.device.id,
    version: '9.9.9',
    assessment: () => assessment,
    decommissionedAtMs: options.decommissionedAtMs ?? (() => undefined),
  });
  const keeping = new KeepingPeriod({ store, audit, time });
  const declare = (elsewhere: number) => filing.declare({ elsewhere, by: 'Ann' }, 'op-1');
  return { store, clock, audit, filing, keeping, declare, doubt };
}

/** Counting and filing for a whole site of tests. */
export function filingOf({ store, clock, config, languages }: FilingSite) {
  const audit = new AuditTrail(store, clock);
  const time = { now: () => ({ ms: clock.wallMs(), trusted: true }) };
  const filing = new FilingService({
    ...{ store, audit, time, languages },
    workingDays: loadWorkingDays(),
    fields: filedFields(config, noticeFields(config)),
    deviceId: config.device.id,
    version: '9.9.9',
    assessment: () => assessed,
    decommissionedAtMs: () => undefined,
  });
  return { filing, keeping: new KeepingPeriod({ store, audit, time }) };
}

interface FilingSite {
  readonly store: Store;
  readonly clock: Clock;
  readonly config: Config;
  readonly languages: Languages;
}

/** A clock that stands at noon of this day in China. */
export function clockAt(day: string): FakeClock {
  const clock = new FakeClock();
  clock.jumpWall(Date.parse(`${day}T04:00:00Z`) - startWallMs);
  return clock;
}
