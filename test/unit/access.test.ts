import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { roles } from '#menshen/access/index.js';
import { auditKinds, dayMs, newestAudit, openSite } from '../support/site.js';
import { createTestStore, tempFolder } from '../support/temp-store.js';

const request = { role: 'panel', label: 'north panel', days: 30 } as const;

describe('an API key', () => {
  it.each(roles)('of role %s is recognised', (role) => {
    const { apiKeys } = openSite();
    const { id, secret } = apiKeys.add({ ...request, role });
    expect(apiKeys.identify(secret)).toEqual({ id, role });
  });

  it('is stored as a keyed hash, never as itself', () => {
    const folder = tempFolder();
    const site = openSite({ store: createTestStore(folder) });
    const { secret } = site.apiKeys.add(request);
    site.store.close();
    const stored = readFileSync(join(folder, 'menshen.db'));
    expect([stored.includes(secret), stored.includes(secret.split('_').slice(2).join('_'))]).toEqual([false, false]);
  });

  it('is not shown again', () => {
    const { apiKeys } = openSite();
    const { secret } = apiKeys.add(request);
    expect([JSON.stringify(apiKeys.list()).includes(secret), Object.keys(apiKeys.list()[0] ?? {})]).toEqual([
      false,
      expect.not.arrayContaining(['secretHash', 'secret']),
    ]);
  });

  it('works to the end of its time and not longer', () => {
    const { apiKeys, clock } = openSite();
    const { secret } = apiKeys.add(request);
    clock.advance(30 * dayMs - 1);
    const before = apiKeys.identify(secret);
    clock.advance(1);
    expect([before?.role, apiKeys.identify(secret)]).toEqual(['panel', undefined]);
  });

  it('that is wrong, revoked, expired or unknown is refused in the same way', () => {
    const { apiKeys, clock } = openSite();
    const expired = apiKeys.add({ ...request, days: 1 }).secret;
    const { id, secret: revoked } = apiKeys.add(request);
    const right = apiKeys.add(request).secret;
    apiKeys.revoke(id);
    clock.advance(2 * dayMs);
    const wrong = `${right.slice(0, -1)}${right.endsWith('A') ? 'B' : 'A'}`;
    const unknown = right.replace(/^mk_[0-9a-f]{12}/, 'mk_000000000000');
    const refused = [expired, revoked, wrong, unknown, '', 'mk_', `${right}x`, `x${right}`].map((token) =>
      apiKeys.identify(token),
    );
    expect(refused).toEqual(refused.map(() => undefined));
  });

  it('of one id does not open with the secret of another', () => {
    const { apiKeys } = openSite();
    const [one, other] = [apiKeys.add(request).secret, apiKeys.add({ ...request, role: 'admin' }).secret];
    const mixed = `${one.slice(0, 15)}_${other.slice(16)}`;
    expect(apiKeys.identify(mixed)).toBeUndefined();
  });

  it('is revoked once', () => {
    const { apiKeys } = openSite();
    const { id } = apiKeys.add(request);
    apiKeys.revoke(id);
    expect(() => apiKeys.revoke(id)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it.each([0, -1, 731, 1.5, Number.NaN])('for %d days is refused', (days) => {
    expect(() => openSite().apiKeys.add({ ...request, days })).toThrow(
      expect.objectContaining({ code: 'expiry-invalid' }),
    );
  });

  it('is on record without its secret, when it is made and when it is revoked', () => {
    const site = openSite();
    const { id, secret } = site.apiKeys.add(request);
    site.apiKeys.revoke(id);
    expect(auditKinds(site)).toEqual(expect.arrayContaining(['api-key.added', 'api-key.revoked']));
    expect([
      newestAudit(site, 'api-key.added')?.id,
      JSON.stringify(newestAudit(site, 'api-key.added')).includes(secret),
    ]).toEqual([id, false]);
  });

  it('is not there by default', () => {
    expect(openSite().apiKeys.list()).toEqual([]);
  });
});
