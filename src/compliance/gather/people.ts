import type { CurrentNotice } from '../../notice/index.js';
import type { FacePolicy } from '../../policy/index.js';
import type { ConsentRow, Store, Subject } from '../../store/index.js';
import type { PeopleFacts } from '../facts.js';

const slice = 50;
/** A larger store is looked at in part, and the report says how far. */
const mostPeople = 5000;

type Counts = { -readonly [K in keyof PeopleFacts]: PeopleFacts[K] };

/** Fields of a signed consent record; see the consent room. */
interface ConsentBody {
  readonly materialHash?: string;
  readonly separateAct?: boolean;
  readonly voluntaryStatement?: boolean;
  readonly alternativesShown?: readonly string[];
  readonly form?: string;
  readonly expiry?: string;
  readonly guardian?: object;
}

interface PeopleSources {
  readonly store: Store;
  readonly notice: CurrentNotice;
  readonly policy: FacePolicy;
}

/** Goes through the people in slices and counts what would be against the law, from the rows themselves. */
export async function peopleFacts(sources: PeopleSources): Promise<PeopleFacts> {
  const { store } = sources;
  const counts: Counts = {
    persons: store.subjects.count(),
    templates: store.templates.count(),
    looked: 0,
    templatesWithoutConsent: 0,
    consentsNotSeparate: 0,
    consentsNotWritten: 0,
    consentsWithoutExpiry: 0,
    consentsToOtherMatters: 0,
    suspended: 0,
    suspendedButUsable: 0,
    minors: 0,
    minorsWithoutGuardian: 0,
    faceOnly: 0,
  };
  let after: string | undefined = '';
  while (after !== undefined && counts.looked < mostPeople) {
    const page: Subject[] = store.subjects.list(after, slice);
    for (const subject of page) look(subject, sources, counts);
    counts.looked += page.length;
    after = page.at(-1)?.id;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return counts;
}

function look(subject: Subject, { store, notice, policy }: PeopleSources, counts: Counts): void {
  const templates = store.templates.allOf(subject.id);
  if (templates.length === 0) return;
  const consents = store.consents.ofSubject(subject.id);
  const covered = templates.every(({ consentId }) =>
    consents.some(({ recordId, endedAtMs }) => recordId === consentId && endedAtMs === undefined),
  );
  if (!covered) counts.templatesWithoutConsent += 1;
  countConsent(bodyOf(consents.at(-1)), subject, counts);
  const usable = policy.person(subject.id).ready;
  if (usable && bodyOf(consents.at(-1))?.materialHash !== notice.materialHash) counts.consentsToOtherMatters += 1;
  if (!store.subjects.noticeSeen(subject.id, notice.hash)) {
    counts.suspended += 1;
    if (usable) counts.suspendedButUsable += 1;
  }
  const { credentials } = store;
  if (credentials.pin(subject.id) === undefined && credentials.cardsOf(subject.id).length === 0) counts.faceOnly += 1;
}

function countConsent(body: ConsentBody | undefined, { ageBand }: Subject, counts: Counts): void {
  const separate = body?.separateAct === true && body.voluntaryStatement === true;
  if (!separate || (body.alternativesShown ?? []).length === 0) counts.consentsNotSeparate += 1;
  if (body?.form !== 'written') counts.consentsNotWritten += 1;
  if (Number.isNaN(Date.parse(body?.expiry ?? ''))) counts.consentsWithoutExpiry += 1;
  if (ageBand === 'adult') return;
  counts.minors += 1;
  if (body?.guardian === undefined) counts.minorsWithoutGuardian += 1;
}

function bodyOf(consent: ConsentRow | undefined): ConsentBody | undefined {
  // Written by the consent room alone; a face is used only while the signature over it holds.
  return consent === undefined ? undefined : (JSON.parse(consent.body) as ConsentBody);
}
