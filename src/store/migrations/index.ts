import { initial } from './001-initial.js';
import { epochsSideBySide } from './002-epochs-side-by-side.js';
import { registers } from './003-registers.js';
import { doors } from './004-doors.js';
import { outbox } from './005-outbox.js';
import { panels } from './006-panels.js';
import { keyRecords } from './007-keys.js';
import { panelSeals } from './008-panel-seals.js';
import { expiryDays } from './009-expiry-days.js';

/** Numbered: `user_version` counts how many of them a database has seen. Never edit one that was released; add one. */
export const migrations: readonly string[] = [
  initial,
  epochsSideBySide,
  registers,
  doors,
  outbox,
  panels,
  keyRecords,
  panelSeals,
  expiryDays,
];
