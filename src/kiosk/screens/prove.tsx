import { useEffect, useState } from 'preact/hooks';
import { faceProof, prove, stopProving } from '../actions/visit.js';
import { Entry } from '../parts/entry.js';
import type { EntryField } from '../parts/entry-field.js';
import { Frame } from '../parts/frame.js';
import { GuideOutline } from '../parts/guide.js';
import { Icon, type IconName } from '../parts/icons.js';
import { type Intent, useStore, useTexts } from '../store.js';
import type { TextKey } from '../texts.js';
import { cardField } from './card.js';
import { pressAct } from './face.js';
import { pinField, pinFields } from './pin.js';
import { useGuidance } from './verification.js';

type Kind = 'card' | 'pin' | 'face' | 'code';

/** Own matters begin with showing whose they are: by card, PIN, face, or the one-time code that an operator gave. */
export function Prove({ wants }: { wants: Intent }) {
  const texts = useTexts();
  const [kind, setKind] = useState<Kind>();
  const methods = useStore(({ site }) => site?.methods) ?? [];
  if (kind === 'face') return <ByFace wants={wants} onBack={() => setKind(undefined)} />;
  if (kind !== undefined) return <ByEntry key={kind} kind={kind} wants={wants} onBack={() => setKind(undefined)} />;
  const offered: Kind[] = methods.filter(({ works }) => works).map(({ method }) => method);
  // Consent begins with the operator's code; for everything else it is the last resort.
  const kinds: Kind[] = wants === 'consent' ? ['code', ...offered] : [...offered, 'code'];
  return (
    <Frame title={texts('prove.title')}>
      <p class="lead">{texts(wants === 'consent' ? 'prove.lead-consent' : 'prove.lead')}</p>
      <div class="choices">
        {kinds.map((one) => (
          <button key={one} type="button" class="choice big" onClick={() => setKind(one)}>
            <Icon name={icons[one]} />
            {texts(labels[one])}
          </button>
        ))}
      </div>
    </Frame>
  );
}

const icons = { card: 'card', pin: 'pin', face: 'face', code: 'code' } as const satisfies Record<Kind, IconName>;
const labels = {
  card: 'prove.card',
  pin: 'prove.pin',
  face: 'prove.face',
  code: 'prove.code',
} as const satisfies Record<Kind, TextKey>;

interface ProofProps {
  readonly wants: Intent;
  readonly onBack: () => void;
}

function ByEntry({ kind, wants, onBack }: ProofProps & { kind: Exclude<Kind, 'face'> }) {
  const texts = useTexts();
  const fields = useFields(kind, wants);
  const submit = ({ cardNumber = '', pin = '', personNumber = '', code = '' }: Readonly<Record<string, string>>) => {
    if (kind === 'card') void prove({ kind, cardNumber, ...(pin === '' ? {} : { pin }) }, wants);
    else if (kind === 'pin') void prove({ kind, personNumber, pin }, wants);
    else void prove({ kind: 'enrolment-code', code }, wants);
  };
  return (
    <Frame title={texts(labels[kind])} focusTitle={false} onBack={onBack}>
      <Entry fields={fields} submitLabel={texts('action.ok')} onSubmit={submit}>
        {kind !== 'code' && <p class="lead">{texts(kind === 'card' ? 'card.lead' : 'prove.lead')}</p>}
      </Entry>
    </Frame>
  );
}

/** A card alone is enough to withdraw; to see and change more, whoever has a PIN types it too. */
function useFields(kind: Exclude<Kind, 'face'>, wants: Intent): readonly EntryField[] {
  const texts = useTexts();
  const hasPins = useStore(({ site }) => site?.methods.some(({ method, works }) => method === 'pin' && works)) ?? false;
  if (kind === 'pin') return pinFields(texts);
  if (kind === 'code')
    return [
      { name: 'code', label: texts('prove.code-label'), hint: texts('prove.code-hint'), maxLength: 40, code: true },
    ];
  const card = cardField(texts('card.number'));
  if (!hasPins || wants === 'withdraw') return [card];
  return [card, { ...pinField(texts('prove.pin-too')), optional: true }];
}

function ByFace({ wants, onBack }: ProofProps) {
  const texts = useTexts();
  const proving = useStore((state) => state.proving);
  const claimed = useStore(({ site }) => site?.faceMethod === '1:1' || site?.faceNeedsCardOrPin === true);
  if (proving) return <Looking />;
  if (claimed)
    return (
      <Frame title={texts('prove.face')} focusTitle={false} onBack={onBack}>
        <Entry
          fields={[cardField(texts('card.number'))]}
          submitLabel={texts('face.start-key')}
          onSubmit={({ cardNumber = '' }, typed) =>
            void prove({ ...faceProof(typed === 'touch' ? 'touch' : 'button'), claim: { cardNumber } }, wants)
          }
        >
          <p class="lead">{texts('prove.face-lead-claim')}</p>
          <p>{texts('face.no-picture')}</p>
        </Entry>
      </Frame>
    );
  return (
    <Frame title={texts('prove.face')} onBack={onBack}>
      <p class="lead">{texts('prove.face-lead')}</p>
      <p>{texts('face.no-picture')}</p>
      <div class="choices">
        <button
          type="button"
          class="choice primary big"
          onClick={(event) => void prove(faceProof(pressAct(event)), wants)}
        >
          <Icon name="face" />
          {texts('face.start')}
        </button>
      </div>
    </Frame>
  );
}

function Looking() {
  const texts = useTexts();
  const guide = useStore((state) => state.proof?.guide);
  useGuidance(guide?.code);
  useEffect(() => stopProving, []);
  return (
    <Frame title={texts('prove.face-looking')} onBack={stopProving} kind="looking">
      <div class="looking-at">
        <GuideOutline guide={guide} />
        <p class="guidance">
          {guide?.code === undefined ? texts('guidance.none') : texts.code('guidance', guide.code)}
        </p>
      </div>
    </Frame>
  );
}
