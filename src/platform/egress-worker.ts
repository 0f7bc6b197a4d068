/** Loaded first in every worker thread of a guarded process. */
import { egressGuard } from './egress.js';

egressGuard.install();
