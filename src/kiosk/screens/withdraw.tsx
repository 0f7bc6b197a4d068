import { back } from '../actions/navigate.js';
import { otherWays } from '../actions/verify.js';
import { withdraw } from '../actions/visit.js';
import { Frame } from '../parts/frame.js';
import { store, useStore, useTexts } from '../store.js';

/** One screen, one touch, no reason asked: fewer steps than giving consent (M6.2). */
export function Withdraw() {
  const texts = useTexts();
  const guardianNeeded = useStore(({ visit }) => visit?.person.guardianNeeded) ?? false;
  return (
    <Frame title={texts('withdraw.title')}>
      <p class="lead">{texts('withdraw.lead', { others: otherWays(store.get(), 'face') })}</p>
      <div class="choices equal">
        <button type="button" class="choice big" onClick={() => void withdraw('self')}>
          {texts('withdraw.self')}
        </button>
        {guardianNeeded && (
          <button type="button" class="choice big" onClick={() => void withdraw('guardian')}>
            {texts('withdraw.guardian')}
          </button>
        )}
        <button type="button" class="choice big" onClick={back}>
          {texts('withdraw.keep')}
        </button>
      </div>
    </Frame>
  );
}
