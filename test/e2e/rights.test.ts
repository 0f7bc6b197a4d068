/** A service that was started as root and is nobody's root any more. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { childrenOf, Daemon } from '../support/daemon.js';
import { mainFile, runCommand, Site } from './site.js';

const user = { name: 'nobody', id: 65534 };
const canBecome =
  process.getuid?.() === 0 &&
  spawnSync('setpriv', ['--reuid', user.name, '--clear-groups', process.execPath, mainFile, '--version']).status === 0;
if (!canBecome) console.log('skipped: only root becomes another user, and that user must be able to read the product.');

describe.skipIf(!canBecome)('serve --user', () => {
  it('gives up root for good, with all it starts, and what it writes belongs to the user', async () => {
    const site = await new Site().init();
    execFileSync('chown', ['-R', user.name, site.folder]);
    const prefix = ['sh', '-c', 'exec "$@" --user nobody', 'as'];
    const daemon = await Daemon.start(site, { prefix });
    try {
      const rights = [daemon.pid, ...childrenOf(daemon.pid)].map(rightsOf);
      const written = ['menshen.db-wal', 'control.sock'].map((name) => statSync(join(site.config.store.folder, name)));
      expect(rights.length).toBeGreaterThan(0);
      expect(new Set(rights.map((found) => JSON.stringify(found)))).toEqual(
        new Set([JSON.stringify({ uids: [user.id], groupsOfRoot: false, capabilities: 0 })]),
      );
      expect(written.map(({ uid, mode }) => [uid, mode & 0o077])).toEqual([
        [user.id, 0],
        [user.id, 0],
      ]);
    } finally {
      await daemon.stop();
      site.remove();
    }
  });

  it.each(['root', 'no-such-user'])('does not become %s, and does not start', async (name) => {
    const site = await new Site().init();
    const { exitCode, stderr } = await runCommand(['-c', site.configPath, 'serve', '--user', name]);
    site.remove();
    expect([exitCode, stderr.includes('does not start')]).toEqual([5, true]);
  });
});

function rightsOf(pid: number) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const numbers = (field: string) =>
    (new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '').split(/\s+/).filter(Boolean).map(Number);
  const capabilities = Number.parseInt(/^CapEff:\s*(\w+)$/m.exec(status)?.[1] ?? 'f', 16);
  return {
    uids: [...new Set(numbers('Uid'))],
    groupsOfRoot: [...numbers('Gid'), ...numbers('Groups')].includes(0),
    capabilities,
  };
}
