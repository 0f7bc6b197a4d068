/** Invariant 10: with a site of one's own nothing is fetched; the whole product works where there is no network. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Daemon } from '../support/daemon.js';
import { footage, whyNoFootage } from '../support/files.js';
import type { Decision } from '../support/panel.js';
import { byFace, enrolledPerson, faceSite, Gate, recordAssessment } from './gate.js';
import { Site } from './site.js';

/** A network of its own with nothing in it but itself. */
const alone = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'alone'];
const canBeAlone = spawnSync(alone[0] ?? '', [...alone.slice(1), 'true']).status === 0;
const canTrace = spawnSync('strace', ['-V']).status === 0;

if (footage === undefined) console.log(whyNoFootage);
else if (!canBeAlone) console.log('skipped: a network without routes takes root, unshare and ip.');
else if (!canTrace) console.log('without strace, calls to the network are not counted, only made impossible.');

describe.skipIf(footage === undefined || !canBeAlone)('without any network', () => {
  it('a person is enrolled and let in by face, and nothing even tries to reach beyond the device', async () => {
    if (footage === undefined) return;
    const { decision, connected } = await aWholeStory(faceSite(footage, ['person-a']));
    expect([decision, connected]).toEqual(['grant', []]);
  });
});

async function aWholeStory(changes: ReturnType<typeof faceSite>): Promise<{ decision: string; connected: string[] }> {
  const site = await new Site(changes).init();
  const traceFile = join(site.folder, 'connections');
  const trace = [
    'strace',
    '-f',
    '--seccomp-bpf',
    '-qq',
    '-e',
    'trace=connect,sendto,sendmsg,sendmmsg',
    '-o',
    traceFile,
  ];
  const daemon = await Daemon.start(site, { prefix: [...alone, ...(canTrace ? trace : [])] });
  try {
    const gate = new OwnersGate(daemon);
    await recordAssessment(gate);
    await daemon.seeing();
    const person = await enrolledPerson(gate);
    const { decision }: Decision = await gate.panel.verify(byFace(person));
    const calls = canTrace ? readFileSync(traceFile, 'utf8').split('\n') : [];
    return { decision, connected: calls.filter((line) => /AF_INET|:53\b/.test(line)) };
  } finally {
    await daemon.stopInside();
    site.remove();
  }
}

/** Where the network is another one, only the owner's socket leads in. */
class OwnersGate extends Gate {
  constructor(daemon: Daemon) {
    super(daemon, { panel: '', operator: '', auditor: '' });
  }

  override get panel() {
    return this.daemon.owner;
  }

  override get operator() {
    return this.daemon.owner;
  }
}
