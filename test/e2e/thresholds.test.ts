/** D19b on the command line: a changed threshold waits until a second person confirmed it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Daemon, until } from '../support/daemon.js';
import { footage, whyNoFootage } from '../support/files.js';
import { faceSite } from './gate.js';
import { Site } from './site.js';

if (footage === undefined) console.log(whyNoFootage);

interface Shown {
  readonly required: boolean;
  readonly unconfirmed: { readonly old?: { falseMatchRate: number }; readonly new: { falseMatchRate: number } } | null;
}

describe.skipIf(footage === undefined)('menshen threshold', () => {
  let site: Site;
  let daemon: Daemon;
  const keyFile = (name: string): string => join(site.folder, `${name}.key`);
  const shown = async (): Promise<Shown> => JSON.parse((await site.run(['threshold', 'show'])).stdout) as Shown;

  beforeAll(async () => {
    if (footage === undefined) return;
    site = new Site(faceSite(footage, ['person-a']));
    site.write({ security: { ...site.config.security, twoPersonActs: 'required' } });
    await site.init();
    const first = await Daemon.start(site);
    await first.logged('vision.ready');
    for (const holder of ['Ann', 'Ben']) {
      const { body } = await first.owner.post<{ secret: string }>('/v1/keys', {
        ...{ role: 'operator', label: 'desk', days: 1, holder },
      });
      writeFileSync(keyFile(holder), body.secret, { mode: 0o600 });
    }
    await first.stop();
    site.write({ face: { ...site.config.face, falseMatchRate: 0.002 } });
    daemon = await Daemon.start(site);
    await until('the changed threshold', async () => ((await shown()).unconfirmed === null ? undefined : true));
  }, 120_000);
  afterAll(async () => {
    if (footage === undefined) return;
    await daemon.stop();
    site.remove();
  });

  test('D19b: show tells old and new while two people have not confirmed them', async () => {
    expect(await shown()).toMatchObject({
      required: true,
      unconfirmed: { old: { falseMatchRate: 0.001 }, new: { falseMatchRate: 0.002 } },
    });
  });

  test('D19b: what one person proposes takes another to confirm, and decides only then', async () => {
    const proposed = await site.run(['threshold', 'propose', '--key-file', keyFile('Ann')]);
    const [json = ''] = proposed.stdout.split(/^}$/m);
    const { actId, hash } = JSON.parse(`${json}}`) as { actId: string; hash: string };
    const confirm = (holder: string) =>
      site.run(['acts', 'confirm', actId, '--hash', hash, '--key-file', keyFile(holder)]);
    const byHerself = await confirm('Ann');
    const between = await shown();
    const byAnother = await confirm('Ben');
    expect([proposed.exitCode, byHerself.exitCode !== 0, between.unconfirmed !== null]).toEqual([0, true, true]);
    expect([byAnother.exitCode, (await shown()).unconfirmed]).toEqual([0, null]);
  });

  test('D19b: nothing is proposed where nothing waits', async () => {
    const { exitCode, stderr } = await site.run(['threshold', 'propose', '--key-file', keyFile('Ann')]);
    expect([exitCode !== 0, stderr]).toEqual([true, expect.stringContaining('nothing to propose')]);
  });

  test('D19b: who has no key file proposes nothing in another’s name', async () => {
    const { exitCode, stderr } = await site.run(['threshold', 'propose', '--key-file', keyFile('nobody')]);
    expect([exitCode !== 0, stderr]).toEqual([true, expect.stringContaining('cannot be read')]);
  });
});
