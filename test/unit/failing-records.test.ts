import { afterEach, describe, expect, it } from 'vitest';
import { alertsIn, recentAudit } from '#menshen/audit/index.js';
import { cannotBeWritten, MenshenError } from '#menshen/core/index.js';
import { closeScreens, openScreen } from '../support/screen.js';
import { newestAudit, openSite } from '../support/site.js';

afterEach(closeScreens);

const failing = (): never => {
  throw new MenshenError('store-failing', 'The disk failed (SQLITE_IOERR_WRITE).');
};

/** The disk refuses every write until it is given back. */
function whileTheDiskFails<T>(site: ReturnType<typeof openSite>, work: () => T): T {
  const { transaction } = site.store;
  site.store.transaction = failing;
  try {
    return work();
  } finally {
    site.store.transaction = transaction;
  }
}

function refusedOnce(): ReturnType<typeof openSite> {
  const site = openSite();
  whileTheDiskFails(site, () => expect(() => site.audit.append('pin.set', {})).toThrow(MenshenError));
  return site;
}

describe('a record that could not be written', () => {
  it('is remembered until the next one is on the disk', () => {
    const site = refusedOnce();
    expect(site.audit.failure()).toMatchObject({ code: 'store-failing', refused: 1 });
    site.audit.append('pin.set', {});
    expect(site.audit.failure()).toBeUndefined();
  });

  it('is told by the record itself as soon as it can be', async () => {
    const site = refusedOnce();
    whileTheDiskFails(site, () => site.audit.resume());
    expect(site.audit.failure()).toMatchObject({ refused: 1 });
    site.audit.resume();
    expect(newestAudit(site, 'audit.resumed')).toMatchObject({ why: 'store-failing', refused: 1 });
    expect(alertsIn((await recentAudit(site.store, 0)).rows)).toEqual([
      expect.objectContaining({ id: 'records-refused', raised: true }),
    ]);
  });

  it('is none where what was to be recorded was refused for itself', () => {
    const site = openSite();
    const refused = () => {
      throw new MenshenError('conflict', 'somebody else was quicker');
    };
    expect(() => site.audit.appendWith('pin.set', refused)).toThrow(MenshenError);
    expect(site.audit.failure()).toBeUndefined();
  });

  it('is noticed too where the disk refused something else', () => {
    const site = openSite();
    site.store.writeFailure = () => ({ code: 'store-full', detail: 'full', failures: 3 });
    expect(site.audit.failure()).toMatchObject({ code: 'store-full', refused: 3 });
  });

  it('makes health and its methods say that nothing is granted', async () => {
    const screen = await openScreen();
    const health = async () => (await screen.call('GET', '/v1/health')).body;
    whileTheDiskFails(screen.site, () => expect(() => screen.site.audit.append('pin.set', {})).toThrow(MenshenError));
    expect(await health()).toMatchObject({
      status: 'degraded',
      methods: { face: { works: false, reason: 'audit-unavailable' }, pin: { works: false }, card: { works: false } },
      records: { works: false, problem: 'store-failing' },
    });
    screen.site.audit.append('pin.set', {});
    expect(await health()).toMatchObject({ methods: { pin: { works: true } }, records: { works: true } });
  });
});

describe('a disk that fails', () => {
  it('is treated like a full one by whoever tries again later', () => {
    const codes = ['store-full', 'store-failing', 'store-locked'] as const;
    expect(codes.map((code) => cannotBeWritten(new MenshenError(code, '')))).toEqual([true, true, false]);
  });
});
