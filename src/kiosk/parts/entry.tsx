import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { isField } from '../keys.js';
import { useTexts } from '../store.js';
import { Keypad } from './keypad.js';

export interface EntryField {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** Not readable over somebody's shoulder. */
  readonly masked?: boolean;
  readonly digitsOnly?: boolean;
  /** May stay empty; it is stepped into all the same before what was typed is sent. */
  readonly optional?: boolean;
  readonly maxLength: number;
  readonly initial?: string;
}

interface EntryProps {
  readonly fields: readonly EntryField[];
  readonly submitLabel: string;
  /** Every field is filled. `byKey`: with Enter on a keyboard or by a card reader, else by touch. */
  readonly onSubmit: (values: Readonly<Record<string, string>>, byKey: boolean) => void;
  readonly children?: ComponentChildren;
  /** Below the fields. */
  readonly after?: ComponentChildren;
}

/** Fields with a numeric keypad beside them; digits typed anywhere go into the field that is being filled. */
export function Entry({ fields, submitLabel, onSubmit, children, after }: EntryProps) {
  const texts = useTexts();
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(fields.map(({ name, initial = '' }) => [name, initial])),
  );
  const [active, setActive] = useState(fields[0]?.name ?? '');
  const inputs = useRef(new Map<string, HTMLInputElement>());
  const byKey = useRef(false);
  const visited = useRef(new Set<string>());
  const focus = (name: string) => inputs.current.get(name)?.focus();
  useEffect(() => focus(active), []);
  const put = (name: string, value: string) => setValues((before) => ({ ...before, [name]: value }));
  const field = fields.find(({ name }) => name === active);
  const type = (digit: string) => {
    byKey.current = false;
    if (field !== undefined) put(active, ((values[active] ?? '') + digit).slice(0, field.maxLength));
  };
  useStrayDigits(() => focus(active));
  const submit = (event: Event) => {
    event.preventDefault();
    const empty = fields.find(({ name, optional }) => values[name] === '' && !(optional && visited.current.has(name)));
    if (empty !== undefined) {
      focus(empty.name);
      return;
    }
    onSubmit(values, byKey.current);
    for (const { name, masked } of fields) if (masked) put(name, '');
    focus(fields[0]?.name ?? '');
  };
  const noteKey = ({ key }: KeyboardEvent) => {
    byKey.current = key === 'Enter' || byKey.current;
  };
  return (
    <form class="entry" onSubmit={submit} onKeyDown={noteKey} autocomplete="off">
      <div class="entry-fields">
        {children}
        {fields.map(({ name, label, hint, masked, digitsOnly, maxLength }) => (
          <div class="field" key={name}>
            <label for={`entry-${name}`}>{label}</label>
            <input
              id={`entry-${name}`}
              ref={(input) => {
                if (input !== null) inputs.current.set(name, input);
              }}
              {...(masked ? { type: 'password' as const } : { type: 'text' as const })}
              inputMode={digitsOnly ? 'numeric' : 'text'}
              autocomplete={masked ? 'one-time-code' : 'off'}
              spellcheck={false}
              maxLength={maxLength}
              value={values[name]}
              aria-describedby={hint === undefined ? undefined : `hint-${name}`}
              onFocus={() => {
                visited.current.add(name);
                setActive(name);
              }}
              onInput={({ currentTarget }) => {
                const { value } = currentTarget;
                put(name, digitsOnly ? value.replace(/\D/g, '') : value);
              }}
            />
            {hint !== undefined && (
              <p class="hint" id={`hint-${name}`}>
                {hint}
              </p>
            )}
          </div>
        ))}
        {after}
      </div>
      <Keypad
        enterLabel={submitLabel}
        onDigit={type}
        onErase={() => put(active, (values[active] ?? '').slice(0, -1))}
      />
      <span class="visually-hidden" aria-live="polite">
        {field?.masked ? texts('entry.count', { count: (values[active] ?? '').length }) : ''}
      </span>
    </form>
  );
}

/** A reader or a keypad types while a button has the focus: the field takes the focus before the character arrives. */
function useStrayDigits(focusField: () => void): void {
  const latest = useRef(focusField);
  latest.current = focusField;
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
      if (plain && /^\d$/.test(event.key) && !isField(event.target)) latest.current();
    };
    addEventListener('keydown', listener, true);
    return () => removeEventListener('keydown', listener, true);
  }, []);
}
