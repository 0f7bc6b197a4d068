import { useRef, useState } from 'preact/hooks';
import { useTexts } from '../store.js';
import { Icon } from './icons.js';

const DIGITS = '1234567890';
const LETTER_ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm-.@'];

interface LetterKeysProps {
  readonly id: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly maxLength: number;
  readonly hint?: string;
  readonly digitsOnly?: boolean;
  readonly lines?: number;
}

/** A field with keys of its own below it, for terminals without a keyboard; the system's or a real keyboard works as well. */
export function LetterKeys({ id, value, onChange, maxLength, hint, digitsOnly = false, lines }: LetterKeysProps) {
  const texts = useTexts();
  const [open, setOpen] = useState(false);
  const [capitals, setCapitals] = useState(false);
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const put = (next: string) => onChange((digitsOnly ? next.replace(/\D/g, '') : next).slice(0, maxLength));
  const shared = {
    id,
    ref: field,
    value,
    maxLength,
    autocomplete: 'off' as const,
    'aria-describedby': hint === undefined ? undefined : `${id}-hint`,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => put(currentTarget.value),
  };
  const keepFocus = (event: Event) => event.preventDefault();
  const key = (character: string) => (
    <button
      key={character}
      type="button"
      class="key letter"
      onMouseDown={keepFocus}
      onClick={() => put(value + character)}
    >
      {character}
    </button>
  );
  const rows = digitsOnly ? [DIGITS] : [DIGITS, ...LETTER_ROWS];
  return (
    <>
      <div class="with-keys">
        {lines === undefined ? (
          <input {...shared} type="text" inputMode={digitsOnly ? 'numeric' : 'text'} />
        ) : (
          <textarea {...shared} rows={lines} />
        )}
        <button type="button" class="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="keyboard" />
          {texts(digitsOnly ? 'keypad.label' : 'entry.letters')}
        </button>
      </div>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {open && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields; these are the keys of one.
        <div class="letters" role="group" aria-label={texts('entry.letters-label')}>
          {rows.map((row) => (
            <div key={row} class="letter-row">
              {[...(capitals ? row.toUpperCase() : row)].map(key)}
            </div>
          ))}
          <div class="letter-row">
            {!digitsOnly && (
              <>
                <button
                  type="button"
                  class="key letter wide"
                  aria-pressed={capitals}
                  onClick={() => setCapitals(!capitals)}
                >
                  {texts('entry.shift')}
                </button>
                <button type="button" class="key letter wide" onMouseDown={keepFocus} onClick={() => put(`${value} `)}>
                  {texts('entry.space')}
                </button>
              </>
            )}
            <button
              type="button"
              class="key letter wide"
              aria-label={texts('keypad.erase')}
              onMouseDown={keepFocus}
              onClick={() => put(value.slice(0, -1))}
            >
              <Icon name="erase" />
            </button>
          </div>
        </div>
      )}
    </>
  );
}
