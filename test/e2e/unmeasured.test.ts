/** A false match rate that nobody measured: refused, or accepted by name and then said everywhere. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { footage, whyNoFootage } from '../support/files.js';
import { faceSite, type Gate, openFaceGate } from './gate.js';

if (footage === undefined) console.log(whyNoFootage);

const accepted = { acceptedBy: 'Ann Example', on: '2026-01-01', statement: 'the next evaluation is due in May' };

describe.skipIf(footage === undefined)('a false match rate that was never measured, accepted by name', () => {
  let gate: Gate;

  beforeAll(async () => {
    if (footage === undefined) return;
    const { face, ...changes } = faceSite(footage, ['person-a']);
    if (face === undefined) return;
    gate = await openFaceGate({
      ...changes,
      face: { ...face, falseMatchRate: 0.00002, unmeasuredFalseMatchRate: accepted },
    });
  });
  afterAll(() => gate.close());

  it('leaves face mode on, and health calls the threshold extrapolated', async () => {
    const { body } = await gate.panel.get<{ methods: { face: unknown } }>('/v1/health');
    expect(body.methods.face).toMatchObject({ works: true, extrapolated: true });
  });

  it('stands in the compliance report with the name', async () => {
    const { body } = await gate.auditor.get<{ parts: object[] }>('/v1/compliance/D15');
    expect(body.parts).toContainEqual({
      ...{ mode: 'attested', status: 'attested', attestedBy: accepted.acceptedBy, on: accepted.on },
      evidence: [{ text: expect.stringContaining('extrapolated: a false match rate of 0.00002') }],
    });
  });

  it('is in the audit once, with the name', async () => {
    const { body } = await gate.auditor.get<{ entries: { kind: string; body: string }[] }>('/v1/audit?limit=500');
    const own = body.entries.filter(({ kind }) => kind === 'threshold.unmeasured-accepted');
    expect(own.map((entry) => JSON.parse(entry.body))).toEqual([
      { ...accepted, wantedFmr: 0.00002, evaluation: expect.stringContaining('reference-fused') },
    ]);
  });
});
