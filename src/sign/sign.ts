import type { Config } from '../config/index.js';
import type { Languages } from '../language/index.js';
import type { CurrentNotice, NoticeTexts } from '../notice/index.js';
import { type SignSource, signContent } from './content.js';
import { captureZoneHash, signFields, signHash } from './fields.js';
import { renderSign, type SignFormat } from './render.js';

/** The sign that belongs to the current notice (M13.3), for printing. */
export class Sign {
  readonly hash: string;
  /** Of the capture zones and the distance limit (M13.2). */
  readonly captureZoneHash: string;
  readonly #source: SignSource;
  /** What was drawn; it stays the same for as long as the service runs. */
  readonly #drawn = new Map<string, Promise<Uint8Array>>();

  constructor(config: Config, parts: { notice: CurrentNotice; noticeTexts: NoticeTexts; languages: Languages }) {
    const fields = signFields(config, parts.notice);
    this.hash = signHash(fields);
    this.captureZoneHash = captureZoneHash(config);
    this.#source = { ...parts, fields, signHash: this.hash };
  }

  /**
   * @param tags one language or two; the first in front.
   * @throws MenshenError `language-unknown`, `sign-unprintable`.
   */
  async render(tags: readonly string[], format: SignFormat): Promise<Uint8Array> {
    const content = signContent(this.#source, tags);
    const key = `${tags.join()} ${format}`;
    const drawn = this.#drawn.get(key) ?? renderSign({ content, format });
    this.#drawn.set(key, drawn);
    try {
      return await drawn;
    } catch (thrown) {
      this.#drawn.delete(key);
      throw thrown;
    }
  }
}
