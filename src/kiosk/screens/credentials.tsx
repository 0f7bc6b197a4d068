import { begin, go } from '../actions/navigate.js';
import { addCard, screenOf, setPin } from '../actions/visit.js';
import { Entry } from '../parts/entry.js';
import { Frame } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';
import { store, useStore, useTexts } from '../store.js';
import { cardField } from './card.js';
import { pinField } from './pin.js';

/** A way in without the face, for whoever has none yet (M10.1). */
export function SecondFactor() {
  const texts = useTexts();
  const visit = useStore((state) => state.visit);
  const offered = (['set-pin', 'add-card'] as const).filter((act) => visit?.may.includes(act));
  return (
    <Frame title={texts('second.title')} onBack={null}>
      <p class="lead">{texts('second.lead')}</p>
      <div class="choices">
        {offered.map((act) => (
          <button key={act} type="button" class="choice big" onClick={() => go(screenOf[act])}>
            <Icon name={act === 'set-pin' ? 'pin' : 'card'} />
            {texts(`act.${act}`)}
          </button>
        ))}
        <button type="button" class="choice big" onClick={() => begin({ name: 'done', what: 'enrolled' })}>
          {texts('enrol.later')}
        </button>
      </div>
    </Frame>
  );
}

export function SetPin() {
  const texts = useTexts();
  const count = useStore(({ site }) => site?.minPinDigits) ?? 6;
  const submit = ({ first = '', second = '' }: Readonly<Record<string, string>>) => {
    if (first.length < count) store.set({ problem: 'pin-too-short' });
    else if (first !== second) store.set({ problem: 'pins-differ' });
    else void setPin(first);
  };
  return (
    <Frame title={texts('set-pin.title')} focusTitle={false}>
      <Entry
        fields={[
          { ...pinField(texts('set-pin.first'), 'first'), hint: texts('set-pin.hint', { count }) },
          pinField(texts('set-pin.second'), 'second'),
        ]}
        submitLabel={texts('action.ok')}
        onSubmit={submit}
      />
    </Frame>
  );
}

export function AddCard() {
  const texts = useTexts();
  return (
    <Frame title={texts('add-card.title')} focusTitle={false}>
      <Entry
        fields={[cardField(texts('card.number'))]}
        submitLabel={texts('action.ok')}
        onSubmit={({ cardNumber = '' }) => void addCard(cardNumber)}
      >
        <p class="lead">{texts('add-card.lead')}</p>
      </Entry>
    </Frame>
  );
}
