import { useState } from 'preact/hooks';
import { useTexts } from '../store.js';
import { Icon } from './icons.js';

/** `code`: letters and digits without regard to capitals. */
export type PadKind = 'digits' | 'code' | 'text';

const rowsOf = {
  digits: ['1234567890'],
  code: ['1234567890', 'QWERTYUIOP', 'ASDFGHJKL', 'ZXCVBNM'],
  text: ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm-.@'],
} as const satisfies Record<PadKind, readonly string[]>;

interface LetterPadProps {
  readonly kind: PadKind;
  readonly onType: (character: string) => void;
  readonly onErase: () => void;
  /** Sends the form that the keys belong to. */
  readonly enterLabel?: string;
}

/** Letters and digits for terminals without a keyboard; a tap leaves the focus in the field. */
export function LetterPad({ kind, onType, onErase, enterLabel }: LetterPadProps) {
  const texts = useTexts();
  const [capitals, setCapitals] = useState(false);
  const keepFocus = (event: Event) => event.preventDefault();
  const wide = { type: 'button' as const, class: 'key letter wide', onMouseDown: keepFocus };
  const rows: readonly string[] = rowsOf[kind];
  const last = (
    <>
      <button {...wide} aria-label={texts('keypad.erase')} onClick={onErase}>
        <Icon name="erase" />
      </button>
      {enterLabel !== undefined && (
        <button type="submit" class="key letter wide enter">
          {enterLabel}
        </button>
      )}
    </>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields; these are the keys of one.
    <div class="letters" role="group" aria-label={texts('entry.letters-label')}>
      {rows.map((row, index) => (
        <div key={row} class="letter-row">
          {[...(capitals ? row.toUpperCase() : row)].map((character) => (
            <button
              key={character}
              type="button"
              class="key letter"
              onMouseDown={keepFocus}
              onClick={() => onType(character)}
            >
              {character}
            </button>
          ))}
          {kind !== 'text' && index === rows.length - 1 && last}
        </div>
      ))}
      {kind === 'text' && (
        <div class="letter-row">
          <button {...wide} aria-pressed={capitals} onClick={() => setCapitals(!capitals)}>
            {texts('entry.shift')}
          </button>
          <button {...wide} onClick={() => onType(' ')}>
            {texts('entry.space')}
          </button>
          {last}
        </div>
      )}
    </div>
  );
}
