import type { Config } from '../config/index.js';
import { type AuditPort, type Clock, MenshenError } from '../core/index.js';
import { canonicalJson, hash } from '../crypto/index.js';
import type { Store } from '../store/index.js';
import type { CurrentNotice } from './current.js';

/** What somebody declared about the sign at the gate: attested, never verified. */
type SignDeclaration = NonNullable<Config['site']['signPosted']>;

/** How people at the gate were told of the current notice (M5.0), or why that does not count as done. */
export type Announcement =
  | { readonly how: 'displayed'; readonly atMs: number; readonly language: string; readonly by: string }
  | { readonly how: 'posted'; readonly by: string; readonly on: string; readonly statement: string }
  | { readonly how: 'demonstration' }
  | { readonly how: 'not-yet'; readonly detail: string };

export interface AnnouncementParts {
  readonly store: Store;
  readonly audit: AuditPort;
  readonly clock: Clock;
  readonly notice: CurrentNotice;
  /** Hash of the sign that belongs to the current notice. */
  readonly signHash: string;
  readonly config: Pick<Config, 'mode' | 'cameras' | 'site'>;
}

/**
 * Whether people were told of the current notice before anything of theirs is processed (M5.0): on the terminal's
 * screen, or by the posted sign. Until then no camera is opened.
 */
export class NoticeAnnouncement {
  readonly #parts: AnnouncementParts;
  readonly #waiting: (() => void)[] = [];

  /** Puts a new declaration of the sign on record. */
  constructor(parts: AnnouncementParts) {
    this.#parts = parts;
    const { signPosted } = parts.config.site;
    if (signPosted !== undefined) this.#recordDeclaration(signPosted);
  }

  state(): Announcement {
    const { store, notice, config } = this.#parts;
    const declaration = config.site.signPosted;
    if (playsFilesOnly(config)) return { how: 'demonstration' };
    const shown = store.documents.find('notice-display', notice.hash);
    if (shown !== undefined) {
      // Written by `displayed` alone.
      const { language, by } = JSON.parse(shown.body) as { language: string; by: string };
      return { how: 'displayed', atMs: shown.atMs, language, by };
    }
    if (declaration === undefined) {
      return notYet('the notice was neither shown on the terminal’s screen nor declared as posted (site.signPosted)');
    }
    const problem = this.#problemOf(declaration);
    if (problem !== undefined) return notYet(problem);
    const { by, on, statement } = declaration;
    return { how: 'posted', by, on, statement };
  }

  /** Calls `listener` as soon as people have been told: at once, or when a screen says so. */
  whenAnnounced(listener: () => void): void {
    if (this.state().how === 'not-yet') this.#waiting.push(listener);
    else listener();
  }

  /**
   * The whole notice stood on the screen. Recorded once for each notice and language: a page that says it again and
   * again fills no disk.
   *
   * @param by the caller whose screen it was.
   * @throws MenshenError `notice-outdated` when another notice than the current one was shown.
   */
  displayed(noticeHash: string, language: string, by: string): void {
    const { store, audit, notice, clock } = this.#parts;
    if (noticeHash !== notice.hash)
      throw new MenshenError('notice-outdated', 'Another notice than the current one was shown. Show the current one.');
    const body = canonicalJson({ language, by });
    const known = store.documents.list('notice-display').some((row) => {
      return row.hash === noticeHash && (JSON.parse(row.body) as { language: string }).language === language;
    });
    if (known) return;
    store.transaction(() => {
      store.documents.add('notice-display', noticeHash, body, Math.round(clock.wallMs()));
      audit.append('notice.displayed', { hash: noticeHash, language, by });
    });
    for (const listener of this.#waiting.splice(0)) listener();
  }

  /**
   * A declaration that names no notice belongs to the one that was current when it was first seen: whoever changes the
   * notice and leaves the old declaration in the configuration has not declared that the new sign hangs there.
   */
  #recordDeclaration(declaration: SignDeclaration): void {
    const { store, audit, notice, clock } = this.#parts;
    const key = declarationKey(declaration);
    if (store.documents.find('sign-declaration', key) !== undefined) return;
    const { by, on, noticeHash, signHash } = declaration;
    store.transaction(() => {
      const body = canonicalJson({ ...declaration, seenWith: notice.hash });
      store.documents.add('sign-declaration', key, body, Math.round(clock.wallMs()));
      audit.append('sign.declared', { by, on, noticeHash: noticeHash ?? notice.hash, signHash: signHash ?? null });
    });
  }

  #problemOf(declaration: SignDeclaration): string | undefined {
    const { store, notice, signHash } = this.#parts;
    if (declaration.noticeHash !== undefined && declaration.noticeHash !== notice.hash)
      return `site.signPosted names another notice than the current one (${notice.hash}). ${printAgain}`;
    if (declaration.signHash !== undefined && declaration.signHash !== signHash)
      return `site.signPosted names another sign than the current one (${signHash}). ${printAgain}`;
    if (declaration.noticeHash !== undefined || declaration.signHash !== undefined) return undefined;
    const seen = store.documents.find('sign-declaration', declarationKey(declaration));
    // Written by `#recordDeclaration` alone.
    const seenWith = seen === undefined ? undefined : (JSON.parse(seen.body) as { seenWith: string }).seenWith;
    if (seenWith === notice.hash) return undefined;
    return `site.signPosted was declared for an earlier notice. ${printAgain}`;
  }
}

/** The demonstration's own rule: nobody stands in front of a camera that plays a file. */
function playsFilesOnly({ mode, cameras }: AnnouncementParts['config']): boolean {
  return (
    mode === 'demonstration' && cameras.every(({ source }) => source.kind === 'recording' || source.kind === 'stills')
  );
}

const printAgain =
  'Print the sign again (menshen sign), hang it, and state the new date in site.signPosted; or show the notice on the terminal’s screen';

const declarationKey = (declaration: SignDeclaration): string =>
  Buffer.from(hash(canonicalJson({ ...declaration }))).toString('hex');

const notYet = (why: string): Announcement => ({ how: 'not-yet', detail: `${why} (M5.0)` });
