import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isField } from '../keys.js';
import { useTexts } from '../store.js';
import type { EntryField } from './entry-field.js';
import { EntryInput } from './entry-input.js';
import { Keypad } from './keypad.js';
import { LetterPad } from './letters.js';

/** A card reader types faster than anybody's fingers. */
export type TypedBy = 'reader' | 'keys' | 'touch';

interface EntryProps {
  readonly fields: readonly EntryField[];
  readonly submitLabel: string;
  readonly onSubmit: (values: Readonly<Record<string, string>>, by: TypedBy) => void;
  readonly children?: ComponentChildren;
  /** Below the fields. */
  readonly after?: ComponentChildren;
}

/** Fields with keys beside them; what is typed anywhere goes into the field that is being filled. */
export function Entry({ fields, submitLabel, onSubmit, children, after }: EntryProps) {
  const texts = useTexts();
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(fields.map(({ name, initial = '' }) => [name, initial])),
  );
  const [active, setActive] = useState(fields[0]?.name ?? '');
  const [letters, setLetters] = useState(false);
  const inputs = useRef(new Map<string, HTMLInputElement>());
  const visited = useRef(new Set<string>());
  const { typedBy, noteKey, noteTouch } = useTypedBy();
  const field = fields.find(({ name }) => name === active);
  const value = values[active] ?? '';
  const focus = (name: string) => inputs.current.get(name)?.focus();
  const put = (name: string, next: string) => setValues((before) => ({ ...before, [name]: next }));
  // With the field itself, not with the next picture: a key between the two would be lost.
  useLayoutEffect(() => focus(active), []);
  useStrayDigits(() => focus(active));
  const submit = (event: Event) => {
    event.preventDefault();
    const empty = fields.find(({ name, optional }) => values[name] === '' && !(optional && visited.current.has(name)));
    if (empty !== undefined) {
      focus(empty.name);
      return;
    }
    onSubmit(values, typedBy());
    for (const { name, masked } of fields) if (masked) put(name, '');
    focus(fields[0]?.name ?? '');
  };
  const pad = padOf(field, letters);
  const keys = {
    enterLabel: submitLabel,
    onType: (character: string) => {
      noteTouch();
      put(active, (value + character).slice(0, field?.maxLength));
    },
    onErase: () => put(active, value.slice(0, -1)),
  };
  return (
    <form
      class={pad === 'digits' ? 'entry' : 'entry with-letters'}
      autocomplete="off"
      onSubmit={submit}
      onKeyDown={noteKey}
    >
      <div class="entry-fields">
        {children}
        {fields.map((one) => (
          <EntryInput
            key={one.name}
            field={one}
            value={values[one.name] ?? ''}
            inputRef={(input) => input !== null && inputs.current.set(one.name, input)}
            onInput={(next) => put(one.name, next)}
            onFocus={() => {
              visited.current.add(one.name);
              setActive(one.name);
            }}
            {...(one.digitsOnly || one.code ? {} : { letters, onLetters: () => setLetters(!letters) })}
          />
        ))}
        {after}
      </div>
      {pad === 'digits' ? <Keypad {...keys} /> : <LetterPad kind={pad} {...keys} />}
      <span class="visually-hidden" aria-live="polite">
        {field?.masked ? texts('entry.count', { count: value.length }) : ''}
      </span>
    </form>
  );
}

function padOf(field: EntryField | undefined, letters: boolean): 'digits' | 'code' | 'text' {
  if (field?.code) return 'code';
  return letters && !field?.digitsOnly ? 'text' : 'digits';
}

const FASTER_THAN_FINGERS_MS = 60;

function useTypedBy() {
  const last = useRef({ atMs: 0, by: 'touch' as TypedBy });
  return {
    typedBy: () => last.current.by,
    noteTouch: () => {
      last.current = { atMs: 0, by: 'touch' };
    },
    noteKey: ({ timeStamp, key }: KeyboardEvent) => {
      const fast = timeStamp - last.current.atMs < FASTER_THAN_FINGERS_MS;
      // Enter on a key that was tapped follows no other key of a keyboard.
      if (key.length === 1 || last.current.atMs > 0) last.current = { atMs: timeStamp, by: fast ? 'reader' : 'keys' };
    },
  };
}

/** A reader or a keypad types while a button has the focus: the field takes the focus before the character arrives. */
function useStrayDigits(focusField: () => void): void {
  const latest = useRef(focusField);
  latest.current = focusField;
  useLayoutEffect(() => {
    const listener = (event: KeyboardEvent) => {
      const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
      if (plain && /^[0-9a-fA-F]$/.test(event.key) && !isField(event.target)) latest.current();
    };
    addEventListener('keydown', listener, true);
    return () => removeEventListener('keydown', listener, true);
  }, []);
}
