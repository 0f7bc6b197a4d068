import { MenshenError } from '../core/index.js';
import { translated } from './fault.js';
import type { Implementation, KernelName } from './kernel-name.js';
import { memoryReport, type SecureMemoryReport } from './memory-report.js';
import { chooseKernel, chooseNative, type NativeAddon } from './native.js';
import type { SlotMatch, SlotStore } from './slots.js';
import { TypescriptSlots } from './typescript-slots.js';

/** Cosine of the angle between two feature vectors, -1 to 1; the larger, the more alike. */
export type CosineSimilarity = number;

export interface GalleryMatch {
  readonly id: string;
  readonly similarity: CosineSimilarity;
}

/**
 * Unit-length float32 templates by id. It copies what it is given: the caller wipes its own copy.
 *
 * Searches answer as if every template had been compared in float32. The native ones read bytes first, a quarter of the
 * memory, and leave out only whom a proven bound excludes (native/quantise.h); the twin compares with everybody.
 *
 * Every method but `close` and `size` throws MenshenError `internal` once the gallery is closed, and every vector of
 * the wrong dimension, with a value that is not finite, or not of unit length is refused with the same code.
 */
export interface Gallery {
  readonly size: number;
  /** Replaces, and so wipes, the template that this id had before. */
  add(id: string, template: Float32Array): void;
  /** Wipes the template; false when there is none of this id. */
  remove(id: string): boolean;
  has(id: string): boolean;
  /** The most similar template; undefined when the gallery is empty. */
  bestMatch(probe: Float32Array): GalleryMatch | undefined;
  /** Up to `count` (1 to `maxTopCount`) templates, most similar first; equal ones always in the same order. */
  top(probe: Float32Array, count: number): readonly GalleryMatch[];
  /** Comparison with one template (1:1); undefined when there is none of this id. */
  similarity(id: string, probe: Float32Array): CosineSimilarity | undefined;
  memory(): SecureMemoryReport & { readonly implementation: Implementation };
  /** Wipes and frees every template; can be called again. */
  close(): void;
}

export interface GalleryOptions {
  /** Left out: native on the fastest kernel when there is one, else the twin. */
  readonly implementation?: Implementation | 'native';
}

/** Candidate lists are short, and the kernels keep them sorted by insertion. */
export const maxTopCount = 64;

/**
 * Opens an empty gallery for vectors of this many dimensions.
 *
 * @throws MenshenError `addon-unavailable` when an implementation is asked for that this machine does not have.
 */
export function openGallery(dimensions: number, options: GalleryOptions = {}): Gallery {
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > maxDimensions) {
    throw misuse(`a gallery of ${dimensions} dimensions was asked for; it takes 1 to ${maxDimensions}`);
  }
  const addon = chooseNative(options.implementation);
  if (!addon) return new IndexedGallery(dimensions, new TypescriptSlots(dimensions), 'typescript');
  const kernel = chooseKernel(addon, options.implementation);
  return new IndexedGallery(dimensions, nativeSlots(addon, dimensions, kernel), `native-${kernel}`);
}

/** Native code takes no more; feature vectors have hundreds. */
const maxDimensions = 65_536;
const maxTemplates = 2 ** 24;

/** Room for float32 rounding and nothing else: a vector further off was never normalised. */
const unitLengthTolerance = 1e-3;

function nativeSlots(addon: NativeAddon, dimensions: number, kernel: KernelName): SlotStore {
  return translated(() => new addon.Gallery(dimensions, kernel));
}

/** Gives templates slots; both implementations compare behind it, so they agree on ids, order and refusals. */
class IndexedGallery implements Gallery {
  readonly #dimensions: number;
  readonly #implementation: Implementation;
  readonly #slotOf = new Map<string, number>();
  readonly #idAt: (string | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  #slots: SlotStore | undefined;

  constructor(dimensions: number, slots: SlotStore, implementation: Implementation) {
    this.#dimensions = dimensions;
    this.#slots = slots;
    this.#implementation = implementation;
  }

  get size(): number {
    return this.#slotOf.size;
  }

  add(id: string, template: Float32Array): void {
    const slots = this.#open();
    this.#checkId(id);
    this.#checkVector(template, 'template');
    const known = this.#slotOf.get(id);
    if (known === undefined && this.size >= maxTemplates) throw misuse(`the gallery holds ${maxTemplates} templates`);
    const slot = known ?? this.#freeSlots.at(-1) ?? this.#idAt.length;
    // A slot is taken only after the write: one that failed for want of memory must not leave an id without template.
    translated(() => slots.put(slot, template));
    if (known !== undefined) return;
    if (slot === this.#freeSlots.at(-1)) this.#freeSlots.pop();
    this.#idAt[slot] = id;
    this.#slotOf.set(id, slot);
  }

  remove(id: string): boolean {
    const slots = this.#open();
    const slot = this.#slotOf.get(id);
    if (slot === undefined) return false;
    translated(() => slots.clear(slot));
    this.#slotOf.delete(id);
    this.#idAt[slot] = undefined;
    this.#freeSlots.push(slot);
    return true;
  }

  has(id: string): boolean {
    this.#open();
    return this.#slotOf.has(id);
  }

  bestMatch(probe: Float32Array): GalleryMatch | undefined {
    return this.top(probe, 1)[0];
  }

  top(probe: Float32Array, count: number): readonly GalleryMatch[] {
    const slots = this.#open();
    this.#checkVector(probe, 'probe');
    if (!Number.isInteger(count) || count < 1 || count > maxTopCount) {
      throw misuse(`${count} matches were asked for; a list holds 1 to ${maxTopCount}`);
    }
    return translated(() => slots.top(probe, count)).map((match) => this.#named(match));
  }

  similarity(id: string, probe: Float32Array): CosineSimilarity | undefined {
    const slots = this.#open();
    this.#checkVector(probe, 'probe');
    const slot = this.#slotOf.get(id);
    if (slot === undefined) return undefined;
    const similarity = translated(() => slots.similarityAt(slot, probe));
    return similarity === undefined ? undefined : clamped(similarity);
  }

  memory(): ReturnType<Gallery['memory']> {
    const slots = this.#open();
    return { implementation: this.#implementation, ...memoryReport(translated(() => slots.memory())) };
  }

  close(): void {
    const slots = this.#slots;
    this.#slots = undefined;
    this.#slotOf.clear();
    this.#idAt.length = 0;
    this.#freeSlots.length = 0;
    if (slots) translated(() => slots.close());
  }

  #open(): SlotStore {
    if (this.#slots) return this.#slots;
    throw misuse('the gallery is closed');
  }

  #checkId(id: string): void {
    if (typeof id !== 'string' || id === '') throw misuse('a template needs an id that is not empty');
  }

  #checkVector(vector: Float32Array, role: 'template' | 'probe'): void {
    if (!(vector instanceof Float32Array)) throw misuse(`the ${role} is not a Float32Array`);
    if (vector.length !== this.#dimensions) {
      throw misuse(`the ${role} has ${vector.length} dimensions, the gallery ${this.#dimensions}`);
    }
    let squares = 0;
    for (const value of vector) squares += value * value;
    // Written so that NaN, which compares false with everything, is refused too.
    if (!(Math.abs(Math.sqrt(squares) - 1) <= unitLengthTolerance)) {
      throw misuse(`the ${role} is not of unit length, or has values that are not finite`);
    }
  }

  #named({ slot, similarity }: SlotMatch): GalleryMatch {
    const id = this.#idAt[slot];
    if (id === undefined) throw misuse(`slot ${slot} answers but nobody is in it`);
    return { id, similarity: clamped(similarity) };
  }
}

/** Rounding can carry a cosine past its range. */
function clamped(similarity: number): CosineSimilarity {
  return Math.min(1, Math.max(-1, similarity));
}

function misuse(detail: string): MenshenError {
  return new MenshenError('internal', detail);
}
