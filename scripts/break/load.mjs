/** Load: 24 panels at once and video flat out. `npm run break -- load [--minutes N] [--panels N]` */
import { loadTerminal } from './load/run.mjs';
import { readOptions } from './parts/options.mjs';
import { conclude } from './parts/verdict.mjs';

const { numbers } = readOptions(process.argv.slice(2), { minutes: 10, panels: 24 });
const outcome = await loadTerminal({ seconds: numbers.minutes * 60, panels: numbers.panels });
conclude('load', [outcome], numbers);
process.exit();
