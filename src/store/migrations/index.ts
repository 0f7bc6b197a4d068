import { initial } from './001-initial.js';
import { epochsSideBySide } from './002-epochs-side-by-side.js';
import { registers } from './003-registers.js';

/** Numbered: `user_version` counts how many of them a database has seen. Never edit one that was released; add one. */
export const migrations: readonly string[] = [initial, epochsSideBySide, registers];
