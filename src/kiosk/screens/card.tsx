import { openWay } from '../actions/open.js';
import { type Act, start } from '../actions/verify.js';
import { Entry, type TypedBy } from '../parts/entry.js';
import { Frame } from '../parts/frame.js';
import { Purpose } from '../parts/purpose.js';
import { Ways } from '../parts/ways.js';
import { useTexts } from '../store.js';

/** Hold the card to the reader, or type its number. A reader types it into the field. */
export function Card({ typed }: { typed?: string | undefined }) {
  const texts = useTexts();
  return (
    <Frame title={texts('card.title')} focusTitle={false}>
      <Entry
        fields={[cardField(texts('card.number'), typed)]}
        submitLabel={texts('action.ok')}
        onSubmit={({ cardNumber = '' }, by) => void start('card', actOf(by), { cardNumber })}
        after={<Ways except="card" onChoose={openWay} />}
      >
        <p class="lead">{texts('card.lead')}</p>
        <Purpose />
      </Entry>
    </Frame>
  );
}

/** What the person did, as it is recorded (D9). */
export const actOf = (by: TypedBy): Act => (({ reader: 'card', keys: 'button', touch: 'touch' }) as const)[by];

export const cardField = (label: string, initial?: string) => ({
  name: 'cardNumber',
  label,
  masked: true,
  maxLength: 80,
  ...(initial === undefined ? {} : { initial }),
});
