import { useTexts } from '../store.js';
import { Icon } from './icons.js';

interface KeypadProps {
  /** Sends the form that the keys belong to. */
  readonly enterLabel: string;
  readonly onType: (digit: string) => void;
  readonly onErase: () => void;
}

/** Digits for terminals without keys of their own. A tap leaves the focus in the field, so that a card reader still types there. */
export function Keypad({ enterLabel, onType, onErase }: KeypadProps) {
  const texts = useTexts();
  const keepFocus = (event: Event) => event.preventDefault();
  const digit = (value: string) => (
    <button key={value} type="button" class="key" onMouseDown={keepFocus} onClick={() => onType(value)}>
      {value}
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields; these are the keys of one.
    <div class="keypad" role="group" aria-label={texts('keypad.label')}>
      {['1', '2', '3', '4', '5', '6', '7', '8', '9'].map(digit)}
      <button type="button" class="key" aria-label={texts('keypad.erase')} onMouseDown={keepFocus} onClick={onErase}>
        <Icon name="erase" />
      </button>
      {digit('0')}
      <button type="submit" class="key enter">
        {enterLabel}
      </button>
    </div>
  );
}
