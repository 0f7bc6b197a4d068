import { openWay } from '../actions/open.js';
import { start } from '../actions/verify.js';
import { Entry } from '../parts/entry.js';
import { Frame } from '../parts/frame.js';
import { Purpose } from '../parts/purpose.js';
import { Ways } from '../parts/ways.js';
import { useTexts } from '../store.js';
import type { Texts } from '../texts.js';

/** Person number and PIN, on one screen. */
export function Pin() {
  const texts = useTexts();
  return (
    <Frame title={texts('pin.title')} focusTitle={false}>
      <Entry
        fields={pinFields(texts)}
        submitLabel={texts('action.ok')}
        onSubmit={({ personNumber = '', pin = '' }, by) =>
          void start('pin', by === 'touch' ? 'touch' : 'button', { personNumber, pin })
        }
        after={<Ways except="pin" onChoose={openWay} />}
      >
        <Purpose />
      </Entry>
    </Frame>
  );
}

export const pinFields = (texts: Texts) => [
  { name: 'personNumber', label: texts('pin.person-number'), maxLength: 32 },
  pinField(texts('pin.pin')),
];

export const pinField = (label: string, name = 'pin') => ({
  name,
  label,
  masked: true,
  digitsOnly: true,
  maxLength: 12,
});
