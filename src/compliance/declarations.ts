import { randomUUID } from 'node:crypto';
import type { Config } from '../config/index.js';
import type { AuditPort, Clock } from '../core/index.js';
import { canonicalJson, hash } from '../crypto/index.js';
import type { RegisterEntry, Store } from '../store/index.js';
import type { DeclarationFacts } from './facts.js';

/** A declaration as it stands in the configuration. */
interface Declared {
  readonly key: string;
  readonly by: string;
  readonly on: string;
  /** Everything that is declared with it. */
  readonly content: object;
}

/**
 * What people declared in the configuration, as signed records: recorded at start when it is new or was changed, so that
 * nobody's declaration changes unseen.
 */
export class DeclarationRegister {
  readonly #parts: {
    readonly config: Config;
    readonly store: Store;
    readonly audit: AuditPort;
    readonly clock: Clock;
  };

  constructor(parts: { config: Config; store: Store; audit: AuditPort; clock: Clock }) {
    this.#parts = parts;
  }

  /** Records what is new or changed, and ends what is declared no longer. @returns the keys that were recorded. */
  record(): readonly string[] {
    const declared = declarationsOf(this.#parts.config);
    const recorded = declared.filter((declaration) => this.#recordOne(declaration)).map(({ key }) => key);
    const gone = this.#current().filter(({ body }) => !declared.some(({ key }) => key === body.key));
    for (const entry of gone) this.#end(entry);
    return recorded;
  }

  facts(): readonly DeclarationFacts[] {
    return declarationsOf(this.#parts.config).flatMap((declaration) => {
      const entry = this.#newest(declaration.key);
      if (entry === undefined) return [];
      const { auditSeq } = entry.body;
      return {
        key: declaration.key,
        by: declaration.by,
        on: declaration.on,
        recordedAt: new Date(entry.atMs).toISOString(),
        entryId: entry.id,
        auditSeq: typeof auditSeq === 'number' ? auditSeq : undefined,
        holds: this.#holds(entry, declaration),
        changedWithoutNewDate: entry.body.changedWithoutNewDate === true,
      };
    });
  }

  /** Since when the present declarations send face matches to staff (D12, D16); undefined where they do not. */
  reviewedSinceMs(): number | undefined {
    const { majorInterests, secrecyLawData } = this.#parts.config.site;
    const since = [
      ...(majorInterests?.involved === true ? ['majorInterests'] : []),
      ...(secrecyLawData?.involved === true ? ['secrecyLawData'] : []),
    ].flatMap((key) => this.#newest(key)?.atMs ?? []);
    return since.length === 0 ? undefined : Math.min(...since);
  }

  #recordOne(declaration: Declared): boolean {
    const { store, audit, clock } = this.#parts;
    const text = this.#textOf(declaration);
    const contentHash = hexHash(text);
    const before = this.#newest(declaration.key);
    if (before?.body.hash === contentHash) return false;
    const { key, on } = declaration;
    store.transaction(() => {
      if (before !== undefined) store.registers.update('declaration', before.id, 'replaced', before.body);
      const changedWithoutNewDate = before?.body.on === on;
      const { seq } = audit.append('declaration.recorded', { key, on, hash: contentHash, changedWithoutNewDate });
      const signature = Buffer.from(store.signingKey.sign(text)).toString('base64');
      const body = {
        ...{ key, on, hash: contentHash, auditSeq: seq, changedWithoutNewDate },
        ...{ keyId: store.signingKey.keyId, signature },
      };
      // Who declared it is a person's name: sealed, with the text that is signed.
      const entry = { id: randomUUID(), atMs: Math.round(clock.wallMs()), state: 'current', body };
      store.registers.add('declaration', entry, { text });
    });
    return true;
  }

  #end(entry: RegisterEntry): void {
    const { store, audit } = this.#parts;
    store.transaction(() => {
      store.registers.update('declaration', entry.id, 'ended', entry.body);
      audit.append('declaration.ended', { key: String(entry.body.key), hash: String(entry.body.hash) });
    });
  }

  #holds(entry: RegisterEntry, declaration: Declared): boolean {
    const { store } = this.#parts;
    const text = store.registers.confidential('declaration', entry.id)?.text;
    const { signature } = entry.body;
    if (typeof text !== 'string' || typeof signature !== 'string' || text !== this.#textOf(declaration)) return false;
    return store.signers.verifies({
      keyId: String(entry.body.keyId),
      body: text,
      signature: new Uint8Array(Buffer.from(signature, 'base64')),
    });
  }

  #textOf({ key, by, on, content }: Declared): string {
    return canonicalJson({ deviceId: this.#parts.config.device.id, key, by, on, content });
  }

  #current(): RegisterEntry[] {
    return this.#parts.store.registers.list('declaration', { state: 'current' });
  }

  #newest(key: string): RegisterEntry | undefined {
    return this.#current().find(({ body }) => body.key === key);
  }
}

/** The declaration of lawful use covers what the site is: the person in charge answers for the place too (M13.4). */
function declarationsOf({ site }: Config): Declared[] {
  const place = { name: site.name, type: site.type, access: site.access, purpose: site.purpose.code };
  const attestations = {
    lawfulUse: { ...site.lawfulUse, ...place },
    signPosted: site.signPosted,
    publicSafetyNecessity: site.publicSafetyNecessity,
  };
  const declarations = {
    stateRuleOverride: site.stateRuleOverride,
    classifiedProtection: site.classifiedProtection,
    majorInterests: site.majorInterests,
    secrecyLawData: site.secrecyLawData,
    publicService: site.publicService,
    listedEquipment: site.listedEquipment,
  };
  return [
    ...Object.entries(attestations).flatMap(([key, content]) =>
      content === undefined ? [] : { key, by: content.by, on: content.on, content },
    ),
    ...Object.entries(declarations).flatMap(([key, content]) =>
      content === undefined ? [] : { key, by: content.declaredBy, on: content.on, content },
    ),
  ];
}

const hexHash = (text: string): string => Buffer.from(hash(text)).toString('hex');
