import { begin, home } from '../actions/navigate.js';
import { seeConsentReceipt } from '../actions/visit.js';
import { Frame } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';
import { type Screen, useStore, useTexts } from '../store.js';

/** Something is recorded; what now. */
export function Done({ what }: { what: Extract<Screen, { name: 'done' }>['what'] }) {
  const texts = useTexts();
  // Also after the card or PIN that ends an enrolment: this is where whoever consented gets their paper.
  const consented = useStore(({ visit }) => visit?.person.consentId !== undefined);
  return (
    <Frame title={texts(`done.${what}`)} onBack={null} kind="result grant">
      <div class="result-sign">
        <Icon name="check" />
      </div>
      <p class="lead">{texts('done.text')}</p>
      <div class="choices">
        <button type="button" class="choice primary" onClick={home}>
          {texts('action.finish')}
        </button>
        {consented && (
          <button type="button" class="choice" onClick={() => void seeConsentReceipt()}>
            {texts('done.receipt')}
          </button>
        )}
        <button type="button" class="choice" onClick={() => begin({ name: 'overview' })}>
          {texts('done.more')}
        </button>
      </div>
    </Frame>
  );
}
