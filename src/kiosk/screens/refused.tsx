import { home } from '../actions/navigate.js';
import { otherWays } from '../actions/verify.js';
import { Frame } from '../parts/frame.js';
import { store, useTexts } from '../store.js';

/** "No" costs nothing and is not asked again (M12). */
export function Refused() {
  const texts = useTexts();
  return (
    <Frame title={texts('refused.title')} onBack={null}>
      <p class="lead">{texts('refused.text', { others: otherWays(store.get(), 'face') })}</p>
      <div class="choices">
        <button type="button" class="choice primary" onClick={home}>
          {texts('action.done')}
        </button>
      </div>
    </Frame>
  );
}
