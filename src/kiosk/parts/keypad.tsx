import { useTexts } from '../store.js';
import { Icon } from './icons.js';

interface KeypadProps {
  readonly enterLabel: string;
  readonly onDigit: (digit: string) => void;
  readonly onErase: () => void;
  /** Left out inside a form, whose submit it then is. */
  readonly onEnter?: () => void;
}

/** Digits for terminals without keys of their own. A tap leaves the focus in the field, so that a card reader still types there. */
export function Keypad({ enterLabel, onDigit, onErase, onEnter }: KeypadProps) {
  const texts = useTexts();
  const keepFocus = (event: Event) => event.preventDefault();
  const digit = (value: string) => (
    <button key={value} type="button" class="key" onMouseDown={keepFocus} onClick={() => onDigit(value)}>
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
      <button type={onEnter === undefined ? 'submit' : 'button'} class="key enter" onClick={onEnter}>
        {enterLabel}
      </button>
    </div>
  );
}
