/** The unit that is shipped: what it must say, and that systemd understands it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { projectFolder } from '../support/files.js';

const text = readFileSync(join(projectFolder, 'config', 'systemd', 'menshen.service'), 'utf8');
const canAsk = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!canAsk) console.log('skipped: systemd-analyze is not installed.');

/** Every value of a directive, in order. */
function valuesOf(directive: string): string[] {
  return text
    .split('\n')
    .flatMap((line) => (line.startsWith(`${directive}=`) ? [line.slice(directive.length + 1)] : []));
}

describe('the unit', () => {
  it.each([
    ['NoNewPrivileges', 'yes'],
    ['CapabilityBoundingSet', ''],
    ['ProtectSystem', 'strict'],
    ['ProtectHome', 'yes'],
    ['PrivateTmp', 'yes'],
    ['DevicePolicy', 'closed'],
    ['DeviceAllow', 'char-video4linux rw'],
    ['RestrictNamespaces', 'yes'],
    ['SystemCallArchitectures', 'native'],
    ['LimitCORE', '0'],
    ['UMask', '0077'],
    ['StateDirectory', 'menshen'],
    ['User', 'menshen'],
  ])('says %s=%s', (directive, value) => {
    expect(valuesOf(directive)).toEqual([value]);
  });

  test('M8.2: lets it reach private networks and nothing else', () => {
    const networks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'];
    expect([valuesOf('IPAddressDeny'), valuesOf('IPAddressAllow')]).toEqual([['any'], ['localhost', ...networks]]);
  });

  it('gives the key as a credential, and no secret in its own text', () => {
    expect(valuesOf('LoadCredentialEncrypted')).toEqual(['root.key:/etc/menshen/root.key.cred']);
    expect(valuesOf('Environment')).toEqual([]);
  });

  it.skipIf(!canAsk)('is understood by systemd, every line of it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'menshen-unit-'));
    const path = join(folder, 'menshen.service');
    // Where it is checked neither the program nor its user need be there.
    writeFileSync(
      path,
      text.replace(/^ExecStart=.*$/m, 'ExecStart=/bin/true').replace(/^(User|Group|SupplementaryGroups)=.*$/gm, ''),
    );
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    const about = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('menshen.service'));
    expect(about).toEqual([]);
  });
});
