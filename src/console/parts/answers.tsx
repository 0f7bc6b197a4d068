import type { AnswersView, FieldView, FormView } from '../../http/console/contract.js';
import { useTexts } from '../store.js';
import { Clause } from './clause.js';

interface AnswersProps {
  readonly form: FormView;
  readonly answers: AnswersView;
}

/** Everything that was answered, to be read as it will be kept. */
export function Answers({ form, answers }: AnswersProps) {
  return (
    <>
      {form.sections.map(({ id, title }) => (
        <section key={id} class="part">
          <h2>{title}</h2>
          <dl class="rows">
            {form.fields
              .filter(({ section }) => section === id)
              .map((field) => (
                <Answer key={field.id} field={field} value={answers[field.id]} />
              ))}
          </dl>
        </section>
      ))}
    </>
  );
}

function Answer({ field, value }: { field: FieldView; value: AnswersView[string] }) {
  const texts = useTexts();
  const words = typeof value === 'string' ? value : (value ?? []).join('\n');
  const shown = field.choices?.find((choice) => choice.value === words)?.name ?? words;
  return (
    <div>
      <dt>
        {field.question} <Clause clause={field.clause} />
      </dt>
      <dd>{shown === '' ? <span class="hint">{texts('answers.none')}</span> : shown}</dd>
    </div>
  );
}
