/** Invariants 8 and 9: doubt closes the gate for the face, never for PIN and card, and nothing outlives the daemon. */

import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { childrenOf, commandOf, type Health, until } from '../support/daemon.js';
import { footage, whyNoFootage } from '../support/files.js';
import type { Decision } from '../support/panel.js';
import { addPerson, byFace, byPin, enrolledPerson, faceSite, type Gate, openFaceGate, type Person } from './gate.js';

if (footage === undefined) console.log(whyNoFootage);

describe.skipIf(footage === undefined)('when recognition is killed while somebody is looked at', () => {
  let gate: Gate;
  let person: Person;
  let interrupted: Decision;
  let meanwhile: Decision;

  beforeAll(async () => {
    if (footage === undefined) return;
    gate = await openFaceGate(faceSite(footage, ['person-a', 'stranger']));
    person = await enrolledPerson(gate);
    // The stranger in front of this camera keeps the verification running.
    const started = await gate.panel.start({ ...byFace(person), doorId: 'stranger' });
    process.kill(gate.daemon.recognitionPid() ?? 0, 'SIGKILL');
    interrupted = await gate.panel.decided(started);
    meanwhile = await byPin(gate, person);
  });
  afterAll(() => gate.close());

  it('the person is asked to use another way', () => {
    expect(interrupted).toMatchObject({ decision: 'use-alternative', reason: 'camera-unavailable' });
  });

  it('the PIN works meanwhile', () => {
    expect(meanwhile).toMatchObject({ decision: 'grant', reason: 'pin-accepted' });
  });

  it('recognition comes back by itself and grants again', async () => {
    await gate.daemon.seeing();
    const decision = await gate.panel.verify(byFace(person));
    expect(decision).toMatchObject({ decision: 'grant', reason: 'face-match' });
  });

  it('panels are told of it as an event', async () => {
    const { body } = await gate.panel.get<{ events: { kind: string }[] }>('/v1/events');
    expect(body.events.map(({ kind }) => kind)).toContain('vision.failed');
  });
});

describe.skipIf(footage === undefined)('a daemon that is killed outright', () => {
  it('leaves neither recognition nor a video program behind', async () => {
    if (footage === undefined) return;
    const gate = await openFaceGate(faceSite(footage, ['person-a']));
    const children = childrenOf(gate.daemon.pid);
    const programs = children.map(commandOf);
    await gate.daemon.stop('SIGKILL');
    await until('the end of every child', () => (children.some((pid) => commandOf(pid) !== '') ? undefined : true));
    gate.site.remove();
    expect(programs.filter((words) => /vision\/child\.js|ffmpeg/.test(words)).length).toBeGreaterThanOrEqual(2);
  });
});

describe.skipIf(footage === undefined)('a clock that says less than the last record', () => {
  let gate: Gate;
  let due: string;
  let health: Health;
  let swept: { held: number; personsErased: number };

  beforeAll(async () => {
    if (footage === undefined) return;
    gate = await openFaceGate(faceSite(footage, ['person-a']));
    due = (await addPerson(gate, new Date(Date.now() + 1500).toISOString())).subjectId;
    await gate.daemon.stop();
    moveMark(gate, 40 * 86_400_000);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    gate = await gate.again();
    // Right after the start the device still looks at itself (M4.4).
    await vi.waitFor(
      async () => {
        health = (await gate.panel.get<Health>('/v1/health')).body;
        expect(health.methods.face.reason).not.toBe('self-test-running');
      },
      { timeout: 20_000, interval: 200 },
    );
    swept = (await gate.operator.post<typeof swept>('/v1/retention/sweep')).body;
  });
  afterAll(() => gate.close());

  it('switches the face off and says why', () => {
    expect([health.status, health.methods.face.reason, health.clock.trusted]).toEqual([
      'degraded',
      'clock-not-trusted',
      false,
    ]);
  });

  it('leaves PIN and card alone', async () => {
    const person = await addPerson(gate);
    expect(await byPin(gate, person)).toMatchObject({ decision: 'grant' });
  });

  it('erases nobody, not even who is due', async () => {
    const { status } = await gate.operator.get(`/v1/subjects/${due}`);
    expect([swept.personsErased, swept.held, status]).toEqual([0, 1, 200]);
  });

  it('is believed again once a person confirms it on the device: the face is back and who is due goes', async () => {
    const confirmed = await gate.site.run(['clock-confirm', '--now', new Date().toISOString()]);
    await gate.daemon.seeing();
    const { body } = await gate.operator.post<{ personsErased: number }>('/v1/retention/sweep');
    expect([confirmed.exitCode, body.personsErased]).toEqual([0, 1]);
  });
});

/** As if the last record had been made by a clock that was ahead, and that nobody vouched for. */
function moveMark({ site }: Gate, byMs: number): void {
  const database = new Sqlite(join(site.config.store.folder, 'menshen.db'));
  database.prepare('UPDATE clock_mark SET wall = wall + ?, anchor_wall = anchor_wall + ?').run(byMs, byMs);
  database.close();
}
