import { begin, go } from '../actions/navigate.js';
import { screenOf } from '../actions/visit.js';
import { Frame } from '../parts/frame.js';
import { Rows } from '../parts/rows.js';
import { type Intent, useStore, useTexts } from '../store.js';
import type { Texts } from '../texts.js';

/** Where somebody stands, and what they may do now. */
export function Overview({ refused }: { refused: Intent | undefined }) {
  const texts = useTexts();
  const visit = useStore((state) => state.visit);
  if (visit === undefined) return null;
  const { person, provedBy, may } = visit;
  const yesNo = (value: boolean) => texts(value ? 'overview.yes' : 'overview.no');
  const cardOnly = provedBy === 'card' && person.hasPin;
  const rows = [
    [texts('overview.consent'), texts.code('consent-state', person.consent)],
    ...(person.consentExpiresAt === undefined
      ? []
      : [[texts('overview.expires'), texts.date(person.consentExpiresAt)] as const]),
    ...(cardOnly
      ? []
      : ([
          [texts('overview.face'), yesNo(person.faceEnrolled)],
          [texts('overview.pin'), yesNo(person.hasPin)],
          [texts('overview.cards'), String(person.cards)],
          [texts('overview.age'), texts.code('age', person.ageBand)],
        ] as const)),
    [texts('overview.proved'), texts.code('proved', provedBy)],
  ] as const;
  return (
    <Frame title={texts('overview.title')} onBack={null}>
      {refused !== undefined && (
        <p class="notice-line" role="status">
          {refusalText(texts, refused)}
        </p>
      )}
      <div class="columns">
        <Rows rows={rows} />
        <div class="start">
          <h2>{texts('overview.acts')}</h2>
          <div class="choices">
            {may.map((act) => (
              <button key={act} type="button" class="choice" onClick={() => go(screenOf[act])}>
                {texts(`act.${act}`)}
              </button>
            ))}
            {cardOnly && (
              <button type="button" class="choice" onClick={() => begin({ name: 'prove', wants: 'overview' })}>
                {texts('overview.prove-more')}
              </button>
            )}
          </div>
        </div>
      </div>
    </Frame>
  );
}

function refusalText(texts: Texts, refused: Intent): string {
  if (refused === 'consent') return texts('overview.refused.consent');
  return texts(refused === 'withdraw' ? 'overview.refused.withdraw' : 'overview.refused.other');
}
