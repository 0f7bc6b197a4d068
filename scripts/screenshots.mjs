/**
 * Makes the README's pictures of the gate's screen in src/kiosk/screenshots and of the operator's page in
 * src/console/screenshots, from the demonstration site: texts, outlines and buttons, since no page shows a camera's picture.
 */
import { requireSupportedNode } from './setup/node-version.mjs';

requireSupportedNode();
const { setUpOrExit } = await import('./setup/run.mjs');
await setUpOrExit({ scope: 'tests' });
const { takeScreenshots } = await import('./screenshots/take.mjs');
for (const line of await takeScreenshots()) process.stdout.write(`${line}\n`);
