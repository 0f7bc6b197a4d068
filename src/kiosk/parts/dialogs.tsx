import { Dialog } from '../../pages/dialog.js';
import { callStaff } from '../actions/help.js';
import { home } from '../actions/navigate.js';
import { stayHere } from '../actions/time.js';
import { moreTime } from '../actions/visit.js';
import { store, useStore, useTexts, wordsOfSite } from '../store.js';

/** What may come up over any screen. */
export function Dialogs() {
  const staffCalledAt = useStore((state) => state.staffCalledAt);
  const timeEnds = useStore((state) => state.timeEnds);
  if (staffCalledAt !== undefined) return <StaffCalled at={staffCalledAt} />;
  if (timeEnds !== undefined) return <TimeEnds kind={timeEnds} />;
  return null;
}

function StaffCalled({ at }: { at: string }) {
  const texts = useTexts();
  const help = useStore((state) => wordsOfSite(state)?.accessibilityHelp);
  const close = () => store.set({ staffCalledAt: undefined });
  return (
    <Dialog title={texts('staff.title')} onClose={close}>
      <p role="status">{texts('staff.called', { time: texts.dateTime(at) })}</p>
      {help !== undefined && <p>{help}</p>}
      <div class="choices">
        <button type="button" class="choice" onClick={() => void callStaff('accessibility')}>
          {texts('staff.accessibility')}
        </button>
        <button type="button" class="choice primary" onClick={close}>
          {texts('action.ok')}
        </button>
      </div>
    </Dialog>
  );
}

function TimeEnds({ kind }: { kind: 'idle' | 'visit' }) {
  const texts = useTexts();
  const stay = () => (kind === 'visit' ? void moreTime() : stayHere());
  return (
    <Dialog title={texts('time.title')} onClose={stay}>
      <p>{texts('time.text')}</p>
      <div class="choices">
        <button type="button" class="choice primary" onClick={stay}>
          {texts('time.more')}
        </button>
        <button type="button" class="choice" onClick={home}>
          {texts('time.end')}
        </button>
      </div>
    </Dialog>
  );
}
