import type { Config } from '../config/index.js';
import type { AuditPort } from '../core/index.js';
import { canonicalJson, hash } from '../crypto/index.js';
import type { Languages } from '../language/index.js';
import type { Store } from '../store/index.js';
import type { CurrentNotice } from './current.js';
import type { NoticeFields } from './fields.js';
import { noticePage, type Page } from './page.js';
import { type PromptMethod, type VerificationPrompt, verificationPrompt } from './prompt.js';
import { inLanguage, type NoticeContent, type NoticeView, noticeContent, type Translation } from './view.js';

/** The current notice in every language: for screens, as plain text and as a page. */
export class NoticeTexts {
  readonly #notice: CurrentNotice;
  readonly #languages: Languages;
  readonly #translations: NonNullable<Config['site']['translations']>;

  constructor(notice: CurrentNotice, languages: Languages, site: Pick<Config['site'], 'translations'>) {
    this.#notice = notice;
    this.#languages = languages;
    this.#translations = site.translations ?? {};
  }

  /** What the site wrote, in this language as far as it is translated. */
  fields(language: string): NoticeFields {
    return inLanguage(this.#notice.fields, this.#translation(language));
  }

  /** @throws MenshenError `language-unknown`. */
  view(language: string): NoticeView {
    const { version, hash: noticeHash, effectiveAtMs, fields } = this.#notice;
    const content = noticeContent(fields, this.#languages.texts(language, 'notice'), this.#translation(language));
    return {
      version,
      hash: noticeHash,
      textHash: Buffer.from(hash(canonicalJson(content))).toString('hex'),
      effectiveAt: new Date(effectiveAtMs).toISOString(),
      language,
      ...content,
    };
  }

  /** What a person is told at each verification (D9). @throws MenshenError `language-unknown`. */
  prompt(language: string, method: PromptMethod): VerificationPrompt {
    return verificationPrompt(this.fields(language), this.#languages.texts(language, 'prompt'), method);
  }

  /** Plain text for people. @throws MenshenError `language-unknown`. */
  text(language: string): string {
    const { title, optional, sections, ...view } = this.view(language);
    return [
      title,
      '',
      optional.statement,
      ...optional.alternatives.map((way) => `- ${way}`),
      '',
      ...sections.map(({ heading, text }) => `${heading}: ${text}`),
      '',
      this.#imprint(view),
    ].join('\n');
  }

  /** The same as a page that needs nothing else. @throws MenshenError `language-unknown`. */
  page(language: string): Page {
    const view = this.view(language);
    return noticePage({ ...view, imprint: this.#imprint(view) }, this.#languages.list);
  }

  /**
   * Keeps what each language says with the notice's version, and audits it when it changes.
   *
   * The notice's own hash stays over its fields: that is what a person consented to, and a typing error mended in one
   * language must not suspend everybody's face. But words can mislead as well as fields; so what was really said, and
   * since when, is on record for every language, and nobody can change it unseen.
   */
  record(store: Store, audit: AuditPort, nowMs: number): void {
    for (const { tag } of this.#languages.list) {
      const { textHash, version, hash: noticeHash, ...content } = this.view(tag);
      const last = store.documents.list('notice-text').find(({ body }) => languageOf(body) === tag);
      if (last?.hash === textHash) continue;
      store.transaction(() => {
        const body = canonicalJson({ ...content, version, noticeHash });
        store.documents.add('notice-text', textHash, body, nowMs);
        audit.append('notice.text-changed', { language: tag, textHash, previous: last?.hash ?? null, version });
      });
    }
  }

  #translation(language: string): Translation {
    return (Object.hasOwn(this.#translations, language) ? this.#translations[language] : undefined) ?? {};
  }

  #imprint({ version, hash: noticeHash, effectiveAt, language }: Omit<NoticeView, keyof NoticeContent>): string {
    return this.#languages.texts(language, 'notice').say('imprint', {
      version,
      hash: noticeHash,
      effective: effectiveAt.slice(0, 10),
      device: this.#notice.fields.deviceId,
    });
  }
}

// Written by `record` alone.
const languageOf = (body: string): string => (JSON.parse(body) as { language: string }).language;
