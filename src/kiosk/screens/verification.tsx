import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ScreenMethod, ScreenVerification } from '../../http/kiosk/contract.js';
import { announce } from '../actions/announce.js';
import { openWay } from '../actions/open.js';
import { cancel, presentCard, presentPin } from '../actions/verify.js';
import { useCardReader } from '../keys.js';
import { Entry } from '../parts/entry.js';
import { Frame } from '../parts/frame.js';
import { GuideOutline } from '../parts/guide.js';
import { Purpose } from '../parts/purpose.js';
import { Ways } from '../parts/ways.js';
import { say } from '../speech.js';
import { useTexts } from '../store.js';
import type { Texts } from '../texts.js';
import { cardField } from './card.js';
import { pinField, pinFields } from './pin.js';
import { Result } from './result.js';

/** What runs at this door, whether this screen or a panel began it. */
export function VerificationScreen({ view }: { view: ScreenVerification }) {
  const [entry, setEntry] = useState<{ by: 'card' | 'pin'; typed?: string }>();
  if (view.result !== undefined) return <Result view={view} result={view.result} />;
  if (view.awaiting !== undefined) return <PanelAsked />;
  const pinFollows = view.cardAccepted && view.methods.includes('card+pin');
  // While the camera looks at somebody who showed a card, the PIN is there for whoever chooses it.
  const chosen = entry?.by === 'pin' || !(view.face === 'in-progress' && view.needs !== undefined);
  if (pinFollows && chosen) return <PinAfterCard />;
  if (entry !== undefined) return <Credential key={entry.by} {...entry} onBack={() => setEntry(undefined)} />;
  return <Waiting view={view} onEntry={setEntry} />;
}

/** The gate stays shut until the panel answers; whoever stands there may still give up. */
function PanelAsked() {
  const texts = useTexts();
  return (
    <Frame title={texts('check.title')} onBack={() => void cancel()} kind="looking">
      <div class="prompt">
        <p class="lead">{texts('check.lead')}</p>
        <Purpose />
      </div>
    </Frame>
  );
}

interface WaitingProps {
  readonly view: ScreenVerification;
  readonly onEntry: (entry: { by: 'card' | 'pin'; typed?: string }) => void;
}

function Waiting({ view, onEntry }: WaitingProps) {
  const texts = useTexts();
  const looking = view.face === 'in-progress';
  const onCard = useCallback((cardNumber: string) => void presentCard(cardNumber), []);
  const onTyped = useCallback((typed: string) => onEntry({ by: 'card', typed }), []);
  useCardReader(onCard, onTyped);
  const choose = (method: ScreenMethod) => {
    const pinFollows = method === 'pin' && view.cardAccepted;
    const withPin = method === 'card' || pinFollows;
    const open = view.methods.some((one) => one === method || (withPin && one === 'card+pin'));
    if (open && method !== 'face') return onEntry({ by: method });
    void cancel();
    openWay(method);
  };
  return (
    <Frame
      title={texts(looking ? 'face.looking' : view.needs === undefined ? 'panel.title' : 'more.title')}
      onBack={() => void cancel()}
      kind="looking"
    >
      <div class="columns">
        {looking ? (
          <Looking view={view} />
        ) : (
          <div class="prompt">
            <p class="lead">{leadOf(view, texts)}</p>
            <Purpose />
          </div>
        )}
        <Ways
          {...(view.face === 'not-requested' ? { title: texts('panel.ways') } : { except: 'face' as const })}
          onChoose={choose}
        />
      </div>
    </Frame>
  );
}

function leadOf({ needs, face }: ScreenVerification, texts: Texts): string {
  if (needs !== undefined)
    return texts('more.lead', { ways: needs.map((need) => texts(`method.${need}.yours`)).join(texts('list.or')) });
  return face === 'not-requested' ? texts('panel.lead') : texts.code('reason', face);
}

function Looking({ view: { guide } }: { view: ScreenVerification }) {
  const texts = useTexts();
  const code = guide?.code;
  useGuidance(code);
  return (
    <div class="looking-at">
      <GuideOutline guide={guide} />
      <p class="guidance">{code === undefined ? texts('guidance.none') : texts.code('guidance', code)}</p>
    </div>
  );
}

/** What to mend, told by voice and to screen readers when it changes. */
export function useGuidance(code: string | undefined): void {
  const texts = useTexts();
  useEffect(() => {
    if (code === undefined) return;
    announce(texts.code('guidance', code));
    const soon = setTimeout(() => say(`guidance.${code}` as 'guidance.other'), SPEAK_AFTER_MS);
    return () => clearTimeout(soon);
  }, [code]);
}

/** What is mended by itself within a second need not be said. */
const SPEAK_AFTER_MS = 900;

interface CredentialProps {
  readonly by: 'card' | 'pin';
  readonly typed?: string;
  readonly onBack: () => void;
}

function Credential({ by, typed, onBack }: CredentialProps) {
  const texts = useTexts();
  return (
    <Frame title={texts(by === 'card' ? 'card.title' : 'pin.title')} focusTitle={false} onBack={onBack}>
      <Entry
        fields={by === 'card' ? [cardField(texts('card.number'), typed)] : pinFields(texts)}
        submitLabel={texts('action.ok')}
        onSubmit={({ cardNumber = '', personNumber = '', pin = '' }) =>
          void (by === 'card' ? presentCard(cardNumber) : presentPin({ personNumber, pin }))
        }
      >
        {by === 'card' && <p class="lead">{texts('card.lead')}</p>}
        <Purpose />
      </Entry>
    </Frame>
  );
}

function PinAfterCard() {
  const texts = useTexts();
  return (
    <Frame title={texts('pin.after-card')} focusTitle={false} onBack={() => void cancel()}>
      <Entry
        fields={[pinField(texts('pin.pin'))]}
        submitLabel={texts('action.ok')}
        onSubmit={({ pin = '' }) => void presentPin({ pin })}
      >
        <Purpose />
      </Entry>
    </Frame>
  );
}
