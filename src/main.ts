#!/usr/bin/env node
import { egressGuard } from './platform/index.js';

// Before anything else is loaded: whatever a dependency does when it is imported asks already.
egressGuard.install();
const { runCommandLine } = await import('./cli/index.js');
await runCommandLine(process.argv.slice(2));
