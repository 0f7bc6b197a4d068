import { useCallback, useState } from 'preact/hooks';
import { openWay } from '../actions/open.js';
import { otherWays, start } from '../actions/verify.js';
import { useCardReader } from '../keys.js';
import { Entry, type TypedBy } from '../parts/entry.js';
import { Frame } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';
import { Purpose } from '../parts/purpose.js';
import { Ways } from '../parts/ways.js';
import { store, useStore, useTexts } from '../store.js';
import { actOf, cardField } from './card.js';
import { pinFields } from './pin.js';

/** The prompt comes first: what for, what starts now, what to use instead. Only the person's own act starts the camera (D9). */
export function Face() {
  const claimed = useStore(({ site }) => site?.faceMethod === '1:1' || site?.faceNeedsCardOrPin === true);
  return claimed ? <Verification /> : <Identification />;
}

function Identification() {
  const texts = useTexts();
  return (
    <Frame title={texts('face.title')}>
      <div class="columns">
        <Prompt lead={texts('face.lead')} />
        <div class="start">
          <button type="button" class="choice primary" onClick={(event) => void start('face', pressAct(event))}>
            <Icon name="face" />
            {texts('face.start')}
          </button>
          <Ways except="face" onChoose={openWay} />
        </div>
      </div>
    </Frame>
  );
}

/** 1:1, or a face that never grants alone: card or PIN says who it is, the face confirms that person (M4.3). Showing the card is the act that starts it. */
function Verification() {
  const texts = useTexts();
  const works = useStore(({ site }) => site?.methods);
  const [claimBy, setClaimBy] = useState<{ by: 'card' | 'pin'; typed?: string }>();
  const onCard = useCallback((cardNumber: string) => void start('face', 'card', { cardNumber }), []);
  const onTyped = useCallback((typed: string) => setClaimBy({ by: 'card', typed }), []);
  if (claimBy !== undefined) return <Claim {...claimBy} onBack={() => setClaimBy(undefined)} />;
  const has = (name: string) => works?.some(({ method, works }) => method === name && works) ?? false;
  return (
    <Frame title={texts('face.title')}>
      <ReaderListens onCard={onCard} onTyped={onTyped} />
      <div class="columns">
        <Prompt lead={texts('face.lead-claim')} />
        <div class="start">
          <div class="choices">
            {has('card') && (
              <button type="button" class="choice" onClick={() => setClaimBy({ by: 'card' })}>
                <Icon name="card" />
                {texts('face.claim-card')}
              </button>
            )}
            {has('pin') && (
              <button type="button" class="choice" onClick={() => setClaimBy({ by: 'pin' })}>
                <Icon name="pin" />
                {texts('face.claim-pin')}
              </button>
            )}
          </div>
          <Ways except="face" onChoose={openWay} />
        </div>
      </div>
    </Frame>
  );
}

function ReaderListens(props: { onCard: (cardNumber: string) => void; onTyped: (typed: string) => void }) {
  useCardReader(props.onCard, props.onTyped);
  return null;
}

interface ClaimProps {
  readonly by: 'card' | 'pin';
  readonly typed?: string;
  readonly onBack: () => void;
}

function Claim({ by, typed, onBack }: ClaimProps) {
  const texts = useTexts();
  const submit = (values: Readonly<Record<string, string>>, typed: TypedBy) => {
    const { cardNumber = '', personNumber = '', pin = '' } = values;
    if (by === 'card') void start('face', actOf(typed), { cardNumber });
    else void start('face', typed === 'touch' ? 'touch' : 'button', { personNumber, pin });
  };
  return (
    <Frame key={by} title={texts('face.title')} focusTitle={false} onBack={onBack}>
      <Entry
        fields={by === 'card' ? [cardField(texts('card.number'), typed)] : pinFields(texts)}
        submitLabel={texts('face.start-key')}
        onSubmit={submit}
      >
        <p class="lead">{texts('face.lead-then')}</p>
        <Purpose />
      </Entry>
    </Frame>
  );
}

function Prompt({ lead }: { lead: string }) {
  const texts = useTexts();
  return (
    <div class="prompt">
      <p class="lead">{lead}</p>
      <Purpose />
      <p>{texts('face.no-picture')}</p>
      <p>{texts('face.instead', { others: otherWays(store.get(), 'face') })}</p>
    </div>
  );
}

/** A key pressed on a button makes a click without a place. */
export function pressAct({ detail }: MouseEvent): 'touch' | 'button' {
  return detail === 0 ? 'button' : 'touch';
}
