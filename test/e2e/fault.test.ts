/** A fault of the daemon that nobody caught. */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Daemon } from '../support/daemon.js';
import { projectFolder } from '../support/files.js';
import { Site } from './site.js';

const site = new Site();
afterAll(() => site.remove());

const environment = { NODE_OPTIONS: `--import=${join(projectFolder, 'test', 'support', 'fault-on-signal.mjs')}` };
/** Of the registry’s `internal`: what a supervisor takes for a failure and starts again. */
const internalFault = 70;

describe('a fault that nobody caught', () => {
  it('ends the daemon with the exit code of an inner fault, says so in log and audit, and the next start goes on', async () => {
    await site.init();
    const daemon = await Daemon.start(site, { environment });
    const exitCode = await daemon.stop('SIGUSR2');
    expect([exitCode, daemon.lines().find(({ code }) => code === 'service.fault')]).toEqual([
      internalFault,
      expect.objectContaining({ level: 'error', message: 'a fault that nobody caught' }),
    ]);

    const next = await Daemon.start(site);
    const { body } = await next.owner.get<{ entries: { kind: string; body: string }[] }>('/v1/audit?limit=500');
    expect(body.entries.filter(({ kind }) => kind === 'service.failed').map(({ body: said }) => said)).toEqual([
      '{"fault":"internal"}',
    ]);
    expect(await next.stop()).toBe(0);
  });
});
