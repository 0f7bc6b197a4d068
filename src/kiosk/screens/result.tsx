import { useEffect, useState } from 'preact/hooks';
import type { ScreenMethod, ScreenVerification } from '../../http/kiosk/contract.js';
import { callStaff } from '../actions/help.js';
import { openWay } from '../actions/open.js';
import { dismiss } from '../actions/verify.js';
import { Frame } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';
import { Ways } from '../parts/ways.js';
import { useTexts } from '../store.js';

const icons = { grant: 'check', deny: 'cross', 'use-alternative': 'swap' } as const;
/** Long enough to be read slowly; "keep showing" holds it four times as long. */
const SHOWN_MS = { grant: 8_000, deny: 25_000, 'use-alternative': 25_000 } as const;
const HELD_MS = 120_000;

interface ResultProps {
  readonly view: ScreenVerification;
  readonly result: NonNullable<ScreenVerification['result']>;
}

/** Granted or not, and what else to do: by picture, colour and words at once. It goes by itself, later when asked to stay. */
export function Result({ view, result }: ResultProps) {
  const texts = useTexts();
  const [held, setHeld] = useState(false);
  const { decision, reason } = result;
  const shownMs = held ? HELD_MS : SHOWN_MS[decision];
  useEffect(() => {
    const over = setTimeout(dismiss, shownMs);
    return () => clearTimeout(over);
  }, [view.verificationId, shownMs]);
  const choose = (method: ScreenMethod) => {
    dismiss();
    openWay(method);
  };
  const granted = decision === 'grant';
  return (
    <Frame title={texts(`result.${decision}`)} onBack={null} kind={`result ${decision}`}>
      <div class="result-sign">
        <Icon name={icons[decision]} />
      </div>
      <p class="lead">{texts.code('reason', reason)}</p>
      {!granted && <Ways title={texts('result.ways')} onChoose={choose} />}
      <div class="choices">
        <button type="button" class="choice primary" onClick={dismiss}>
          {texts('action.done')}
        </button>
        {!held && (
          <button type="button" class="choice" onClick={() => setHeld(true)}>
            <Icon name="clock" />
            {texts('result.hold')}
          </button>
        )}
        {!granted && (
          <button type="button" class="choice" onClick={() => void callStaff()}>
            <Icon name="staff" />
            {texts('bar.staff')}
          </button>
        )}
      </div>
    </Frame>
  );
}
