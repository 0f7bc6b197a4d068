import { randomUUID } from 'node:crypto';
import { MenshenError } from '../core/index.js';
import type { Languages } from '../language/index.js';
import { CountLedger, filingThreshold, type PersonCount } from './count.js';
import { chinaDate } from './dates.js';
import { type FilingDetails, missingDetails } from './details.js';
import { type Duty, DutyBook, type DutyParts, type FilingType, type Submission } from './duties.js';
import { type CurrentAssessment, filingPlace, type PackageContent, packageFiles } from './package.js';
import type { PackageFile } from './zip.js';

export interface FilingParts extends Omit<DutyParts, 'ledger'> {
  readonly languages: Languages;
  readonly deviceId: string;
  readonly version: string;
  /** The valid assessment, or why there is none. */
  readonly assessment: () => CurrentAssessment | { readonly why: string };
}

export interface FilingStatus {
  readonly count: PersonCount & { readonly threshold: number; readonly percent: number };
  readonly duties: readonly Duty[];
  readonly filed: Submission | null;
  readonly changedFields: readonly string[];
  readonly workingDayTables: readonly { readonly year: number; readonly source: string }[];
  readonly where: typeof filingPlace;
  readonly notes: readonly string[];
}

export interface PreparedPackage {
  readonly type: FilingType;
  readonly files: readonly PackageFile[];
  readonly manifestSha256: string;
}

/** Counting and filing (M15): reminds, computes and prepares; people file. */
export class FilingService {
  readonly ledger: CountLedger;
  readonly #parts: FilingParts;
  readonly #duties: DutyBook;

  constructor(parts: FilingParts) {
    this.#parts = parts;
    this.ledger = new CountLedger(parts);
    this.#duties = new DutyBook({ ...parts, ledger: this.ledger });
  }

  /** Counts, opens duties and reminds; to be called at start, every few minutes and after a declaration. */
  look(): void {
    this.#duties.look(this.ledger.record());
  }

  declare(declared: { elsewhere: number; by: string }, callerId: string): FilingStatus {
    this.ledger.declare(declared, callerId);
    this.look();
    return this.status();
  }

  status(): FilingStatus {
    const count = this.ledger.current();
    const { workingDays, fields } = this.#parts;
    return {
      count: { ...count, threshold: filingThreshold, percent: Math.floor((count.total * 100) / filingThreshold) },
      duties: this.#duties.list(),
      filed: this.#duties.filed() ?? null,
      changedFields: this.#duties.changes(),
      workingDayTables: workingDays.sources,
      where: filingPlace,
      notes: [
        'M15.1: provincial level or above, 30 working days; the day itself does not count.',
        'M15.4: cancellation within 30 working days (unconfirmed wording).',
        ...(fields.access === 'public'
          ? ['D7: the draft’s duty to file for every use in public places is not in the final text.']
          : []),
      ],
    };
  }

  /** What keeps the open duty’s package from being there: nothing once it was prepared, which only a complete one can be. */
  missingParts(): string[] {
    const [duty] = this.#duties.list();
    if (duty === undefined || duty.state !== 'open') return [];
    const prepared = this.#parts.store.registers
      .list('filing', { state: 'package' })
      .some(({ body }) => body.type === duty.type);
    if (prepared) return [];
    const assessment = this.#parts.assessment();
    const en = this.#parts.languages.texts('en', 'filing');
    return [
      ...('why' in assessment ? [en.say('missing.assessment', { why: assessment.why })] : []),
      en.say('missing.package'),
    ];
  }

  /**
   * Makes the package.
   *
   * @throws MenshenError `filing-incomplete` naming everything that is missing (M15.2), `body-invalid`.
   */
  prepare(type: FilingType, details: FilingDetails, by: string): PreparedPackage {
    const { store, audit, languages, time } = this.#parts;
    this.look();
    const content = this.#content(type, details);
    this.#refuseIncomplete(content);
    const texts = { zh: languages.texts('zh', 'filing'), en: languages.texts('en', 'filing') };
    const { files, manifestSha256 } = packageFiles(content, texts, store.signingKey);
    store.transaction(() => {
      store.registers.add('filing', {
        id: `package-${randomUUID()}`,
        atMs: Math.round(time.now().ms),
        state: 'package',
        body: { type, manifestSha256, fields: { ...content.fields }, n: store.registers.count('filing'), by },
      });
      audit.append('filing.prepared', { type, manifestSha256, dutyId: content.duty?.id, by });
    });
    return { type, files, manifestSha256 };
  }

  /**
   * Records what people handed in: nothing is sent. What was filed is what the newest package of this type said, or the
   * running configuration where none was prepared here.
   *
   * @param type the open duty's, where it is left out.
   */
  submitted(given: { reference: string; on: string; type?: FilingType }, by: string): FilingStatus {
    const { store } = this.#parts;
    const type = given.type ?? this.#duties.list().find(({ state }) => state === 'open')?.type ?? 'new';
    const prepared = store.registers.list('filing', { state: 'package' }).find(({ body }) => body.type === type);
    const fields = { ...this.#parts.fields, ...Object(prepared?.body.fields) };
    this.#duties.submitted({ type, reference: given.reference, on: given.on, fields }, by);
    this.look();
    return this.status();
  }

  #content(type: FilingType, details: FilingDetails): PackageContent {
    const { store, fields, deviceId, version, time } = this.#parts;
    const duty = this.#duties.open(type);
    const filed = this.#duties.filed();
    const assessment = this.#parts.assessment();
    const decommissionedAtMs = this.#parts.decommissionedAtMs();
    return {
      ...{ type, details, fields, deviceId, version },
      count: this.ledger.current(),
      madeAtMs: time.now().ms,
      changedFields: type === 'change' ? this.#duties.changes() : [],
      ...(duty === undefined ? {} : { duty }),
      ...(filed === undefined ? {} : { filed }),
      ...('why' in assessment ? {} : { assessment }),
      ...(decommissionedAtMs === undefined
        ? {}
        : {
            disposal: {
              decommissionedOn: chinaDate(decommissionedAtMs),
              facesLeft: store.templates.countSubjects(),
              purgeReceipts: store.receipts.count('purge'),
            },
          }),
    };
  }

  #refuseIncomplete({ type, details, filed, changedFields, disposal }: PackageContent): void {
    const assessment = this.#parts.assessment();
    const en = this.#parts.languages.texts('en', 'filing');
    const missing = [
      ...(type !== 'cancel' && 'why' in assessment ? [en.say('missing.assessment', { why: assessment.why })] : []),
      ...(type !== 'new' && filed === undefined ? [en.say('missing.notFiled')] : []),
      ...(type === 'change' && filed !== undefined && changedFields.length === 0 ? [en.say('missing.noChange')] : []),
      ...(type === 'cancel' && disposal === undefined ? [en.say('missing.decommission')] : []),
      ...(type === 'cancel' && disposal !== undefined && disposal.facesLeft > 0 ? [en.say('missing.dataLeft')] : []),
      ...missingDetails(details).map((code) => en.say(code.replace('details.', 'field.'))),
    ];
    if (missing.length === 0) return;
    throw new MenshenError('filing-incomplete', `Nothing was exported (M15.2). Missing: ${missing.join('; ')}.`);
  }
}
