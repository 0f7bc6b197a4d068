import type { HeldBytes } from './held-bytes.js';

export interface SlotMatch {
  readonly slot: number;
  readonly similarity: number;
}

/**
 * Unit-length templates by slot number: what the native addon and its twin both are. Callers have checked vectors
 * and keep slots dense.
 */
export interface SlotStore {
  /** Writes over whatever the slot held. */
  put(slot: number, template: Float32Array): void;
  /** Wipes the slot; false when it held nothing. */
  clear(slot: number): boolean;
  /** Most similar first, ties by the lowest slot; what is not a number is never a match. */
  top(probe: Float32Array, count: number): readonly SlotMatch[];
  similarityAt(slot: number, probe: Float32Array): number | undefined;
  memory(): HeldBytes;
  /** Wipes and frees everything; can be called again. */
  close(): void;
}

export type SlotStoreConstructor = new (dimensions: number, kernelName: string) => SlotStore;
