import { useState } from 'preact/hooks';
import { useTexts } from '../store.js';
import { Icon } from './icons.js';
import { LetterPad } from './letters.js';

interface TextFieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly maxLength: number;
  readonly hint?: string;
  readonly digitsOnly?: boolean;
  /** More than one: a larger field. */
  readonly lines?: number;
}

/** A field to write in, with keys of its own to open below it; the system's or a real keyboard works as well. */
export function TextField({ id, label, value, onChange, maxLength, hint, digitsOnly = false, lines }: TextFieldProps) {
  const texts = useTexts();
  const [open, setOpen] = useState(false);
  const put = (next: string) => onChange((digitsOnly ? next.replace(/\D/g, '') : next).slice(0, maxLength));
  const shared = {
    id,
    value,
    maxLength,
    autocomplete: 'off' as const,
    'aria-describedby': hint === undefined ? undefined : `${id}-hint`,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => put(currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
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
        <LetterPad
          kind={digitsOnly ? 'digits' : 'text'}
          onType={(character) => put(value + character)}
          onErase={() => put(value.slice(0, -1))}
        />
      )}
    </div>
  );
}
