import { type Gallery, openGallery, type SecureMemoryReport } from '../addon/index.js';
import {
  Comparator,
  fmrForIdentification,
  galleryCeiling,
  type ThresholdOptions,
  thresholdFor,
} from '../compare/index.js';
import type { ImpostorModel, ThresholdTable } from '../core/index.js';
import type { Store } from '../store/index.js';

const loadSlice = 200;

/** What the gallery must know of the running model pack. */
export interface GalleryPack {
  readonly modelId: string;
  readonly dimensions: number;
  readonly thresholds: readonly ThresholdTable[];
  readonly impostorModel?: ImpostorModel;
}

/** Opens a person's template of the running model for `use`; false when there is none (any more). */
export type TemplateReader = (subjectId: string, use: (template: Float32Array) => boolean) => boolean;

export interface IdentificationMatch {
  readonly subjectId: string;
}

/** The templates of people who may be identified (1:N), decrypted in locked memory only, and gone when they go. */
export class IdentificationGallery {
  readonly #gallery: Gallery;
  readonly #pack: GalleryPack;
  readonly #wantedFpir: number;
  readonly #options: ThresholdOptions;
  readonly #comparator: Comparator;
  readonly #withTemplate: TemplateReader;
  #ready = false;

  /** @param withTemplate reads the store; needed for packs with an impostor model, without it nobody is found then. */
  constructor(
    pack: GalleryPack,
    wantedFpir: number,
    options: ThresholdOptions = {},
    withTemplate: TemplateReader = () => false,
  ) {
    this.#pack = pack;
    this.#wantedFpir = wantedFpir;
    this.#options = options;
    this.#withTemplate = withTemplate;
    this.#comparator = new Comparator(pack.impostorModel);
    this.#gallery = openGallery(pack.dimensions);
  }

  get modelId(): string {
    return this.#pack.modelId;
  }

  get size(): number {
    return this.#gallery.size;
  }

  /** How many people the lowest false match rate (measured, or accepted by name) supports at the wanted FPIR. */
  get ceiling(): number {
    return galleryCeiling(this.#pack.thresholds, 'reference-fused', this.#wantedFpir, this.#options);
  }

  memory(): SecureMemoryReport {
    return this.#gallery.memory();
  }

  /** False while templates are still being decrypted: nobody is identified before all are there. */
  get ready(): boolean {
    return this.#ready;
  }

  /**
   * Decrypts the store's templates into the gallery, in slices. A person who goes meanwhile is removed like any other.
   *
   * @returns how many templates did not open; their people are not identified, everyone else is.
   */
  async load(store: Store): Promise<number> {
    let damaged = 0;
    let after: number | undefined = 0;
    while (after !== undefined) {
      const page = { modelId: this.#pack.modelId, after, limit: loadSlice };
      after = store.templates.readPage(page, ({ subjectId, forIdentification }, vector) => {
        if (!forIdentification) return;
        if (vector === undefined) damaged += 1;
        else this.add(subjectId, vector);
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#ready = true;
    return damaged;
  }

  /** Why this person cannot be identified here, or undefined while there is room (or their place). 1:1 is not concerned. */
  fullBecause(subjectId: string): string | undefined {
    if (this.#gallery.size < this.ceiling || this.#gallery.has(subjectId)) return undefined;
    return `Identification is limited to ${this.ceiling} people here: more would exceed the false positive identification rate of ${this.#wantedFpir} at the lowest false match rate the model pack’s evaluation supports. Verification with card or person number (1:1) goes on.`;
  }

  add(subjectId: string, template: Float32Array): void {
    this.#gallery.add(subjectId, template);
  }

  remove(subjectId: string): void {
    this.#gallery.remove(subjectId);
  }

  /** Who the probe matches at the threshold that the gallery's present size asks for: the nearest by cosine, or nobody. */
  identify(probe: Float32Array): IdentificationMatch | undefined {
    const best = this.#gallery.bestMatch(probe);
    if (best === undefined) return undefined;
    const fmr = fmrForIdentification(this.#wantedFpir, this.#gallery.size);
    const { similarity } = thresholdFor(this.#pack.thresholds, 'reference-fused', fmr, this.#options);
    return this.#reaches(best, probe, similarity) ? { subjectId: best.id } : undefined;
  }

  /** The nearest one's template is opened again: keeping what an impostor model says of each would cost every start. */
  #reaches(best: { readonly id: string; readonly similarity: number }, probe: Float32Array, atLeast: number): boolean {
    if (this.#pack.impostorModel === undefined) return best.similarity >= atLeast;
    if (!this.#comparator.mayReach(best.similarity, atLeast)) return false;
    return this.#withTemplate(best.id, (template) => this.#comparator.similarity(template, probe) >= atLeast);
  }

  close(): void {
    this.#gallery.close();
  }
}
