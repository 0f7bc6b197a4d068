import type { Config } from '../config/index.js';
import type { Logger } from '../core/index.js';
import { IdentificationGallery } from '../gallery/index.js';
import { type FacePolicy, thresholdOptions } from '../policy/index.js';
import type { Store } from '../store/index.js';
import type { Vision } from '../vision/index.js';

interface GalleryParts {
  readonly config: Config;
  readonly store: Store;
  readonly policy: FacePolicy;
  readonly logger: Logger;
}

/** The gallery of the model pack that runs, where faces identify (1:N): decrypted once for each pack, closed with it. */
export class LiveGallery {
  #gallery: IdentificationGallery | undefined;

  get current(): IdentificationGallery | undefined {
    return this.#gallery;
  }

  /** Begins anew where the pack is another one. @returns the loading, or undefined where nothing is to be loaded. */
  follow(vision: Vision | undefined, parts: GalleryParts): Promise<void> | undefined {
    const { config, policy, store } = parts;
    const facts = vision?.facts();
    if (config.face.method !== '1:N' || facts === undefined || this.#gallery?.modelId === facts.modelId)
      return undefined;
    this.#gallery?.close();
    const gallery = new IdentificationGallery(
      facts,
      config.face.falsePositiveIdentificationRate,
      thresholdOptions(config),
      (subjectId, use) => {
        const person = policy.person(subjectId);
        return person.ready && store.templates.withVector(person.template.id, use);
      },
    );
    // There from the start, so that whoever is erased while it loads is erased from it too.
    this.#gallery = gallery;
    return this.#load(gallery, parts);
  }

  close(): void {
    this.#gallery?.close();
  }

  async #load(gallery: IdentificationGallery, { store, logger }: GalleryParts): Promise<void> {
    try {
      const damaged = await gallery.load(store);
      const { lock, lockedBytes, totalBytes } = gallery.memory();
      const level = lock === 'locked' && damaged === 0 ? 'info' : 'warn';
      logger.log(level, 'gallery.loaded', { size: gallery.size, damaged, lock, lockedBytes, totalBytes });
    } catch (thrown) {
      if (this.#gallery === gallery) this.#gallery = undefined;
      gallery.close();
      throw thrown;
    }
  }
}
