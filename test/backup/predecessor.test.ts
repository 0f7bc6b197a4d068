import { describe, expect, test } from 'vitest';
import { Anchors } from '#menshen/anchors/index.js';
import { canonicalJson, keyIdOf, signingKeyFromSeed } from '#menshen/crypto/index.js';
import { systemRandomness } from '#menshen/platform/index.js';
import { signerChain } from '#menshen/store/index.js';
import { openStore } from '#menshen/terminal/index.js';
import { backupOf, restoring } from '../support/backup-site.js';
import { dayMs, openSite, type Site } from '../support/site.js';

describe('the old device’s key', () => {
  test('is followed only by a key that names a backup which it signed, up to where that ends', async () => {
    const [old, next] = [
      signingKeyFromSeed(new Uint8Array(32).fill(1)),
      signingKeyFromSeed(new Uint8Array(32).fill(2)),
    ];
    const manifest = { format: 'menshen-backup-1', keyId: old.keyId, head: { seq: 40 } };
    const successionOf = (said: object, untilSeq: number, signed: string) => {
      const statement = canonicalJson({
        ...{ format: 'menshen-signing-key-restored-1', keyId: next.keyId, publicKey: base64(next.publicKey) },
        ...{ previousKeyId: old.keyId, previousPublicKey: base64(old.publicKey), previousUntilSeq: untilSeq },
        ...{ at: '2026-03-02T08:00:00.000Z', manifest: canonicalJson(said) },
      });
      return { statement, byItself: next.sign(statement), byPrevious: old.sign(signed) };
    };
    const chainOf = (said: object, untilSeq: number, signed = canonicalJson(said)) =>
      signerChain(next.publicKey, [successionOf(said, untilSeq, signed)]).map(({ keyId }) => keyId);
    expect(chainOf(manifest, 40)).toEqual([next.keyId, keyIdOf(old.publicKey)]);
    expect(chainOf(manifest, 41)).toEqual([next.keyId]);
    expect(chainOf({ ...manifest, format: 'menshen-head-1' }, 40)).toEqual([next.keyId]);
    expect(chainOf(manifest, 40, 'another backup')).toEqual([next.keyId]);
  });

  test('a head that a panel kept from before the backup is contained; one from after raises no alarm, and is told', async () => {
    const site = openSite();
    const before = anchorsOf(site).head();
    const file = await backupOf(site);
    site.audit.append('notice.displayed', { language: 'zh' });
    const after = anchorsOf(site).head();
    site.clock.advance(dayMs);
    const { config } = await restoring(site, file);
    const next = openSite({ store: openStore({ config, randomness: systemRandomness }), clock: site.clock });
    const anchors = anchorsOf(next);
    expect(anchors.check(before, 'panel-1').verdict).toBe('consistent');
    expect(anchors.check(after, 'panel-1').verdict).toBe('rolled-back');
    expect(next.rollback.standing()).toBeUndefined();
    // An old device that is still at work after the restoring is something to look into.
    site.clock.advance(dayMs);
    site.audit.append('notice.displayed', { language: 'zh' });
    anchors.check(anchorsOf(site).head(), 'panel-1');
    expect(next.rollback.standing()?.by).toBe('panel panel-1');
  });
});

const anchorsOf = (site: Site): Anchors => new Anchors(site);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
