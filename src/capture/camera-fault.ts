import { frameDifference, type LuminanceGrid } from './difference.js';

/** Why pictures that do arrive are of no use: an event for the operator. */
export interface CameraFault {
  readonly kind: 'black' | 'covered' | 'frozen';
  /** Monotonic. */
  readonly sinceMs: number;
}

/** Luminance 0..1 throughout; they come from the configuration, with what they were measured on. */
export interface CameraFaultLimits {
  /** Black: the mean luminance is below this. */
  readonly blackBelowLuminance: number;
  /** Covered: the cells' standard deviation is below this, though the picture is not black. */
  readonly coveredBelowSpread: number;
  /** Frozen: no difference to the first picture reaches this. Even a still scene has the sensor's noise. */
  readonly frozenBelowDifference: number;
  /** How long it must last before it counts. */
  readonly lastsMs: number;
}

/** What is remembered from one picture to the next; starts as `noFaultYet`. */
export interface CameraFaultWatch {
  readonly suspected?: CameraFault;
  readonly reference?: LuminanceGrid;
  readonly referenceAtMs?: number;
}

export const noFaultYet: CameraFaultWatch = {};

/**
 * Takes in the next picture's grid; pure.
 *
 * @param atMs monotonic time of the picture
 * @returns what to pass in next time, and the fault when one has lasted long enough (on every picture while it lasts)
 */
export function watchForFault(
  before: CameraFaultWatch,
  grid: LuminanceGrid,
  atMs: number,
  limits: CameraFaultLimits,
): { readonly watch: CameraFaultWatch; readonly fault?: CameraFault } {
  const same = before.reference && frameDifference(before.reference, grid) < limits.frozenBelowDifference;
  const reference = same ? before.reference : grid;
  const referenceAtMs = same ? (before.referenceAtMs ?? atMs) : atMs;
  const kind = kindOf(grid, limits) ?? (same ? 'frozen' : undefined);
  if (kind === undefined) return { watch: { reference, referenceAtMs } };
  const sinceMs = startOf(kind, before, referenceAtMs, atMs);
  const suspected: CameraFault = { kind, sinceMs };
  const watch: CameraFaultWatch = { suspected, reference, referenceAtMs };
  return atMs - sinceMs >= limits.lastsMs ? { watch, fault: suspected } : { watch };
}

/** Mean and standard deviation of a grid's cells: all that black and covered are judged by. */
export function gridStatistics({ cells }: LuminanceGrid): { readonly mean: number; readonly spread: number } {
  const mean = cells.reduce((sum, cell) => sum + cell, 0) / cells.length;
  const variance = cells.reduce((sum, cell) => sum + (cell - mean) ** 2, 0) / cells.length;
  return { mean, spread: Math.sqrt(variance) };
}

function kindOf(grid: LuminanceGrid, limits: CameraFaultLimits): 'black' | 'covered' | undefined {
  const { mean, spread } = gridStatistics(grid);
  if (mean < limits.blackBelowLuminance) return 'black';
  return spread < limits.coveredBelowSpread ? 'covered' : undefined;
}

function startOf(kind: CameraFault['kind'], before: CameraFaultWatch, referenceAtMs: number, atMs: number): number {
  if (kind === 'frozen') return referenceAtMs;
  return before.suspected?.kind === kind ? before.suspected.sinceMs : atMs;
}
