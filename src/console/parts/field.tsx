import type { ComponentChildren } from 'preact';
import type { FieldView } from '../../http/console/contract.js';
import { answer } from '../actions/write.js';
import { useStore, useTexts } from '../store.js';
import { Clause } from './clause.js';

/** One question of the form: its clause, what the device knows, room for the answer, and what is wrong with it. */
export function Field({ field }: { field: FieldView }) {
  const { id, kind, question, section } = field;
  const value = useStore(({ writing }) => writing?.answers[id]);
  const problem = useStore(({ writing }) => {
    const code = writing?.problems[id];
    return code === 'missing' && !writing?.left.includes(section) ? undefined : code;
  });
  const about = { 'aria-describedby': `${id}-about`, 'aria-invalid': problem !== undefined };
  const words = typeof value === 'string' ? value : (value?.join('\n') ?? '');
  if (kind === 'choice')
    return (
      <fieldset class="question" aria-describedby={`${id}-about`}>
        <legend>{question}</legend>
        <About field={field} words={words} problem={problem}>
          <div class="ticks">
            {field.choices?.map((choice) => (
              <label key={choice.value} class="tick">
                <input
                  type="radio"
                  name={id}
                  value={choice.value}
                  checked={value === choice.value}
                  onChange={() => answer(id, choice.value)}
                />
                {choice.name}
              </label>
            ))}
          </div>
        </About>
      </fieldset>
    );
  const shared: Shared = {
    ...{ id, value: words, autocomplete: 'off' as const, ...about },
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) =>
      answer(id, kind === 'list' ? currentTarget.value.split('\n') : currentTarget.value),
  };
  return (
    <div class="question field">
      <label for={id}>{question}</label>
      <About field={field} words={words} problem={problem}>
        {kind === 'text' || kind === 'list' ? (
          <textarea {...shared} rows={kind === 'text' ? 5 : 3} maxLength={20_000} />
        ) : (
          oneLine(kind, shared)
        )}
      </About>
    </div>
  );
}

const oneLine = (kind: FieldView['kind'], shared: Shared) =>
  kind === 'date' ? <input {...shared} type="date" /> : <input {...shared} type="text" maxLength={200} />;

interface Shared {
  readonly id: string;
  readonly value: string;
  readonly autocomplete: 'off';
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
  readonly onInput: (event: { currentTarget: { value: string } }) => void;
}

interface AboutProps {
  readonly field: FieldView;
  readonly words: string;
  readonly problem: string | undefined;
  readonly children: ComponentChildren;
}

function About({ field: { id, clause, hint, required, known, suggestion }, words, problem, children }: AboutProps) {
  const texts = useTexts();
  return (
    <>
      <div id={`${id}-about`} class="about">
        {problem !== undefined && <p class="problem">{texts.code('field-problem', problem)}</p>}
        <p class="hint">
          <Clause clause={clause} /> {hint} {!required && texts('write.optional')}
        </p>
        {known.length > 0 && (
          <div class="known">
            <p>{texts('write.known')}</p>
            <ul>
              {known.map((fact) => (
                <li key={fact}>{fact}</li>
              ))}
            </ul>
          </div>
        )}
        {suggestion !== undefined && words === suggestion && <p class="by-device">{texts('write.by-device')}</p>}
      </div>
      {children}
    </>
  );
}
