/** Invariant 3: what was answered is on record, whatever happens to the process or to the disk. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Daemon, type Health } from '../support/daemon.js';
import { temporaryFolder } from '../support/files.js';
import type { Decision, Json } from '../support/panel.js';
import { addPerson, byPin, type Gate, gateOf, openGate, type Person } from './gate.js';
import { Site } from './site.js';

describe('a daemon that is killed right after an answer', () => {
  it('has the event of every answer after its restart, and no gap in the serials', async () => {
    let gate = await openGate();
    const person = await addPerson(gate);
    const answered: Decision[] = [];
    for (let round = 0; round < 5; round += 1) {
      answered.push(await byPin(gate, person));
      await gate.daemon.stop('SIGKILL');
      gate = await gate.again();
    }
    const events = await allEvents(gate);
    const verification = await gate.auditor.get('/v1/audit/verification');
    await gate.close();
    expect(answered.map(({ decision }) => decision)).toEqual(answered.map(() => 'grant'));
    expect(answered.map(({ serial, verificationId }) => events[serial - 1]?.verificationId === verificationId)).toEqual(
      answered.map(() => true),
    );
    expect(events.map(({ serial }) => serial)).toEqual(events.map((_event, index) => index + 1));
    expect(verification.body.intact).toBe(true);
  });
});

const small = mountSmallDisk();
if (small === undefined) console.log('skipped: a small disk cannot be mounted here; it takes root and tmpfs.');

describe.skipIf(small === undefined)('a full disk', () => {
  const folder = small ?? '';
  const filler = join(folder, 'filler');
  const seen = { grants: [] as Decision[], refused: 0 };
  let gate: Gate;
  let person: Person;
  let healthWhenFull: number;

  beforeAll(async () => {
    const site = new Site();
    site.write({ store: { ...site.config.store, folder: join(folder, 'store') } });
    gate = await gateOf(await Daemon.start(await site.init()));
    person = await addPerson(gate);
    fillUp(folder, filler);
    for (let round = 0; round < 4000 && seen.refused < 5; round += 1) {
      const decision = await grantOrNot(gate, person);
      if (decision?.decision === 'grant') seen.grants.push(decision);
      else seen.refused += 1;
    }
    // Smaller writes than a decision's may still fit; they are used up too.
    for (let round = 0; round < 10; round += 1) await gate.operator.post('/v1/retention/sweep');
    healthWhenFull = (await gate.panel.get('/v1/health')).status;
  }, 120_000);
  afterAll(async () => {
    await gate.close();
    execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps the gate shut once even the reserved space is used up', () => {
    expect(seen.refused).toBe(5);
  });

  it('neither ends the daemon nor hides its health', () => {
    expect([gate.daemon.ended(), healthWhenFull]).toEqual([false, 200]);
  });

  it('lets the daemon live through its own periodic work', async () => {
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    expect(gate.daemon.ended()).toBe(false);
  });

  it('lets the gate work again as soon as there is space, with every acknowledged grant on record', async () => {
    rmSync(filler);
    const after = await byPin(gate, person);
    const recorded = new Set((await allEvents(gate)).map(({ verificationId }) => verificationId));
    const lost = seen.grants.filter(({ verificationId }) => !recorded.has(verificationId));
    expect([after.decision, lost]).toEqual(['grant', []]);
  });

  it('has cost no one a record when the daemon starts again', async () => {
    await gate.daemon.stop('SIGKILL');
    gate = await gate.again();
    const recorded = new Set((await allEvents(gate)).map(({ verificationId }) => verificationId));
    const { body } = await gate.panel.get<Health>('/v1/health');
    const lost = seen.grants.filter(({ verificationId }) => !recorded.has(verificationId));
    expect([lost, body.methods.pin.works]).toEqual([[], true]);
  });
});

/** A card is quicker than a PIN. A problem instead of a decision is as good as a refusal: nothing opens. */
async function grantOrNot({ panel }: Gate, { cardNumber }: Person): Promise<Decision | undefined> {
  const started = await panel.post<{ verificationId?: string }>('/v1/verifications', {
    ...{ doorId: 'main', purpose: 'entrance', nonce: 'nonce-of-a-panel', methods: ['card'] },
  });
  const { verificationId } = started.body;
  if (verificationId === undefined) return undefined;
  const { body } = await panel.post<{ decision?: Decision }>(`/v1/verifications/${verificationId}/card`, {
    cardNumber,
  });
  return body.decision;
}

async function allEvents({ panel }: Gate): Promise<Json[]> {
  const events: Json[] = [];
  for (let from = 1, more = true; more; ) {
    const { body } = await panel.get<{ events: Json[]; next: number; more: boolean }>(
      `/v1/events?from=${from}&limit=500`,
    );
    events.push(...body.events);
    ({ next: from, more } = body);
  }
  return events;
}

function mountSmallDisk(): string | undefined {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=0700', 'menshen-test', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    // No permission to mount is the answer; the caller says so.
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

/** Leaves not one block for anybody who did not reserve it. */
function fillUp(folder: string, filler: string): void {
  const { bavail, bsize } = statfsSync(folder);
  for (let blocks = bavail; blocks > 0; blocks = Math.floor(blocks / 2)) {
    try {
      writeFileSync(filler, new Uint8Array(blocks * bsize), { flag: 'a' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }
}
