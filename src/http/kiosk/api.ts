import type { Server } from '../route.js';
import type { ScreenDesk } from './desk.js';
import { noticeRoutes } from './routes/notice.js';
import { pairingRoutes } from './routes/pairing.js';
import { reportRoutes } from './routes/reports.js';
import { siteRoutes } from './routes/site.js';
import { verificationRoutes } from './routes/verifications.js';
import { visitActRoutes } from './routes/visit-acts.js';
import { visitRoutes } from './routes/visits.js';

/** One group of the screen's routes. */
export type DeskRoutes = (server: Server, desk: ScreenDesk) => void;

const groups: readonly DeskRoutes[] = [
  pairingRoutes,
  siteRoutes,
  noticeRoutes,
  verificationRoutes,
  visitRoutes,
  visitActRoutes,
  reportRoutes,
];

/** What the page may ask for (see contract.ts). */
export function addScreenApi(server: Server, desk: ScreenDesk): void {
  for (const routes of groups) routes(server, desk);
}
