/** Imported first by the snapshot process, so that the guard stands before anything else is loaded (M8.2). */
import { egressGuard } from '../platform/index.js';

egressGuard.install();
