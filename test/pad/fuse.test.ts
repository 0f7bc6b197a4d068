import { describe, expect, it } from 'vitest';
import type { PadCue } from '#menshen/core/index.js';
import { fusePad, type PadFusionSettings } from '#menshen/pad/index.js';

const settings: PadFusionSettings = {
  evaluation: 'none: this is a test',
  bonaFideAtLeast: 0.75,
  attackAtMost: 0.35,
  minFrames: 10,
  trim: 0.2,
  countedCues: ['texture-model'],
};
const strict: PadFusionSettings = { ...settings, countedCues: ['texture-model', 'planar-motion'] };
const both: PadFusionSettings = { ...settings, attackAtMost: 0.1, countedCues: ['texture-model', 'surround'] };
const live = { demonstration: false, strict: false };
const demonstration = { demonstration: true, strict: false };

const texture = (bonaFideLikelihood: number): PadCue => ({
  cue: 'texture-model',
  state: 'assessed',
  bonaFideLikelihood,
  evidence: 'test',
});
const motion: PadCue = { cue: 'planar-motion', state: 'unavailable', evidence: 'test' };
const surround = (bonaFideLikelihood: number): PadCue => ({
  cue: 'surround',
  state: 'assessed',
  bonaFideLikelihood,
  evidence: 'test',
});
const broken: PadCue = { cue: 'texture-model', state: 'unavailable', evidence: 'the model gave no number' };
const frames = (count: number, ...cues: PadCue[]): PadCue[][] => Array.from({ length: count }, () => cues);

describe('fusePad', () => {
  it('passes a presentation that looks genuine in enough frames', () => {
    expect(fusePad(frames(10, texture(0.95), motion), settings, live).outcome).toBe('bona-fide');
  });

  it('calls a presentation that looks like a screen in every frame an attack', () => {
    expect(fusePad(frames(10, texture(0.01), motion), settings, live).outcome).toBe('attack');
  });

  it('decides nothing between the thresholds', () => {
    expect(fusePad(frames(10, texture(0.5)), settings, live).outcome).toBe('undecided');
  });

  it('decides nothing on fewer frames than configured, however good', () => {
    expect(fusePad(frames(9, texture(1)), settings, live).outcome).toBe('undecided');
  });

  it('is not persuaded by a single good frame', () => {
    const seen = [...frames(9, texture(0.05)), ...frames(1, texture(1))];
    expect(fusePad(seen, settings, live).outcome).toBe('attack');
  });

  it('is not upset by a single bad frame', () => {
    const seen = [...frames(9, texture(0.95)), ...frames(1, texture(0))];
    expect(fusePad(seen, settings, live).outcome).toBe('bona-fide');
  });

  it('does not pass when the cue failed in most frames and spoke well in a few', () => {
    const seen = [...frames(10, texture(1)), ...frames(11, broken)];
    expect(fusePad(seen, settings, live).outcome).toBe('undecided');
  });

  it('counts a frame in which the cue is absent as one in which it did not speak', () => {
    const seen = [...frames(10, texture(1)), ...frames(11)];
    expect(fusePad(seen, settings, live).outcome).toBe('undecided');
  });

  it.each([Number.NaN, 7, -1])('takes a likelihood of %s for none at all', (value) => {
    expect(fusePad(frames(20, texture(value)), settings, live).outcome).toBe('undecided');
  });

  it('decides nothing without any frame', () => {
    expect(fusePad([], settings, live)).toMatchObject({ outcome: 'undecided', cues: [{ state: 'unavailable' }] });
  });

  it('does not pass when a counted cue is unavailable', () => {
    expect(fusePad(frames(10, texture(1), motion), strict, live).outcome).toBe('undecided');
  });

  it('takes two cues that both lean to an attack for one', () => {
    expect(fusePad(frames(10, texture(0.4), surround(0.1)), both, live).outcome).toBe('attack');
  });

  it('does not pass a good texture inside an unmistakable border', () => {
    expect(fusePad(frames(10, texture(1), surround(0.05)), both, live).outcome).toBe('undecided');
  });

  it('does not pass a face without a border whose texture is in doubt', () => {
    expect(fusePad(frames(10, texture(0.6), surround(0.6)), both, live).outcome).toBe('undecided');
  });

  it.each([
    ['nothing could be seen around the face', surround(0.4)],
    ['every other frame showed a border', surround(0.33)],
  ])('lets no texture, however good, outvote that %s', (_what, doubt) => {
    expect(fusePad(frames(10, texture(1), doubt), both, live).outcome).toBe('undecided');
  });

  it('lets no surroundings outvote a texture that speaks against the person', () => {
    expect(fusePad(frames(10, texture(0.45), surround(0.98)), both, live).outcome).toBe('undecided');
  });

  it('passes when every cue is in favour and they are sure together', () => {
    expect(fusePad(frames(10, texture(0.9), surround(0.5)), both, live).outcome).toBe('bona-fide');
  });

  it('says what the counted cues say together', () => {
    const { bonaFideLikelihood } = fusePad(frames(10, texture(0.8), surround(0.5), motion), both, live);
    expect(bonaFideLikelihood).toBeCloseTo(0.8);
  });

  it.each(['too-little', 'too-much'] as const)('calls nobody an attacker in %s light', (light) => {
    const seen = frames(10, { ...texture(0.01), light });
    expect(fusePad(seen, settings, live)).toMatchObject({ outcome: 'undecided', cues: [{ light }] });
  });

  it('calls an attack one when a few frames of many had no good light', () => {
    const seen = [...frames(8, texture(0.01)), ...frames(3, { ...texture(0.01), light: 'too-little' } as const)];
    expect(fusePad(seen, settings, live).outcome).toBe('attack');
  });

  it('counts every cue there is where the site is strict', () => {
    const strictly = fusePad(frames(10, texture(1), motion), settings, { demonstration: false, strict: true });
    expect(strictly.outcome).toBe('undecided');
  });

  it('shows a cue that is not counted, and lets it decide nothing', () => {
    const [, shown] = fusePad(frames(10, texture(1), motion), settings, live).cues;
    expect(shown).toMatchObject({ cue: 'planar-motion', counted: false, state: 'unavailable' });
  });

  it('reports what a rendered recording cannot answer as not assessed', () => {
    const { cues } = fusePad(frames(10, texture(1), motion), strict, demonstration);
    expect(cues).toContainEqual(expect.objectContaining({ cue: 'planar-motion', state: 'not-assessed' }));
  });

  it('does not weaken any other cue for a demonstration', () => {
    expect(fusePad(frames(10, texture(0.2), motion), strict, demonstration).outcome).toBe('attack');
    expect(fusePad(frames(10, texture(0.5), motion), strict, demonstration).outcome).toBe('undecided');
  });

  it('does not pass a demonstration that nothing is left to judge', () => {
    const motionOnly: PadFusionSettings = { ...settings, countedCues: ['planar-motion'] };
    expect(fusePad(frames(10, motion), motionOnly, demonstration).outcome).toBe('undecided');
  });
});
