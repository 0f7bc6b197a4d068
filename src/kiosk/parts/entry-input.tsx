import { useTexts } from '../store.js';
import type { EntryField } from './entry-field.js';
import { Icon } from './icons.js';

interface EntryInputProps {
  readonly field: EntryField;
  readonly value: string;
  readonly inputRef: (input: HTMLInputElement | null) => void;
  readonly onInput: (value: string) => void;
  readonly onFocus: () => void;
  readonly letters?: boolean;
  /** Where letters are possible and rare. */
  readonly onLetters?: () => void;
}

export function EntryInput({ field, value, inputRef, onInput, onFocus, letters, onLetters }: EntryInputProps) {
  const texts = useTexts();
  const { name, label, hint, masked, digitsOnly, maxLength } = field;
  const id = `entry-${name}`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class={onLetters === undefined ? '' : 'with-keys'}>
        <input
          id={id}
          ref={inputRef}
          {...(masked ? { type: 'password' as const } : { type: 'text' as const })}
          inputMode={digitsOnly ? 'numeric' : 'text'}
          autocomplete={masked ? 'one-time-code' : 'off'}
          spellcheck={false}
          maxLength={maxLength}
          value={value}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          onFocus={onFocus}
          onInput={({ currentTarget }) => {
            const typed = currentTarget.value;
            onInput(digitsOnly ? typed.replace(/\D/g, '') : typed);
          }}
        />
        {onLetters !== undefined && (
          <button
            type="button"
            class="quiet square"
            aria-label={texts('entry.letters')}
            aria-pressed={letters}
            onClick={onLetters}
          >
            <Icon name="keyboard" />
          </button>
        )}
      </div>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
