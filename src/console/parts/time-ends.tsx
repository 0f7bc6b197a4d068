import { Dialog } from '../../pages/dialog.js';
import { signOut } from '../actions/session.js';
import { stayHere } from '../actions/time.js';
import { useTexts } from '../store.js';

export function TimeEnds() {
  const texts = useTexts();
  return (
    <Dialog title={texts('time.title')} onClose={stayHere}>
      <p>{texts('time.text')}</p>
      <div class="choices">
        <button type="button" class="choice primary" onClick={stayHere}>
          {texts('time.more')}
        </button>
        <button type="button" class="choice" onClick={() => signOut(undefined)}>
          {texts('app.sign-out')}
        </button>
      </div>
    </Dialog>
  );
}
