import type { Obligation } from '../obligation.js';
import { people } from './draft-2023/people.js';
import { technology } from './draft-2023/technology.js';
import { notice } from './measures-2025/article-5.js';
import { security } from './measures-2025/article-14.js';
import { scopeAndPrinciples } from './measures-2025/articles-2-to-4.js';
import { consent } from './measures-2025/articles-6-and-7.js';
import { storageAndAssessment } from './measures-2025/articles-8-and-9.js';
import { freedom, places } from './measures-2025/articles-10-to-13.js';
import { filingAndSupervision } from './measures-2025/articles-15-to-17.js';
import { personalInformation } from './pipl/pipl.js';

/** Every obligation that this terminal answers for, in the order of the law; one entry each. */
export const obligations: readonly Obligation[] = [
  ...scopeAndPrinciples,
  ...notice,
  ...consent,
  ...storageAndAssessment,
  ...freedom,
  ...places,
  ...security,
  ...filingAndSupervision,
  ...inOrder([...people, ...technology]),
  ...personalInformation,
];

/** The draft's rows stand in two files by what they are about; the report shows them by article. */
function inOrder(rows: readonly Obligation[]): readonly Obligation[] {
  return [...rows].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}
