import { MenshenError } from '../core/index.js';
import type { ComplianceFacts } from './facts.js';
import type { ReportLanguage } from './finding.js';
import { type ComplianceSources, gatherFacts } from './gather/facts.js';
import { obligations } from './obligations/index.js';
import { type ComplianceReport, makeReport, type ReportRow } from './report/report.js';

/** The terminal's answer to every obligation, from what it knows now. */
export class ComplianceService {
  readonly #sources: ComplianceSources;
  #gathering: Promise<ComplianceFacts> | undefined;

  constructor(sources: ComplianceSources) {
    this.#sources = sources;
  }

  async report(language: ReportLanguage): Promise<ComplianceReport> {
    return makeReport(obligations, await this.#facts(), language);
  }

  /** @throws MenshenError `not-found` for an id that no obligation has. */
  async row(id: string, language: ReportLanguage): Promise<ReportRow> {
    const obligation = obligations.find((candidate) => candidate.id.toLowerCase() === id.toLowerCase());
    if (obligation === undefined) {
      throw new MenshenError('not-found', `No obligation has the id ${id}. See menshen compliance for all of them.`);
    }
    const [row] = makeReport([obligation], await this.#facts(), language).rows;
    if (row === undefined) throw new MenshenError('internal', 'the report lacks the row that was asked for');
    return row;
  }

  /** M10.2: acts and time of each way in; no person in it. */
  async statistics() {
    return (await this.#facts()).audit.decisions.methods;
  }

  /** Callers at the same time share one walk. */
  #facts(): Promise<ComplianceFacts> {
    this.#gathering ??= gatherFacts(this.#sources).finally(() => {
      this.#gathering = undefined;
    });
    return this.#gathering;
  }
}
