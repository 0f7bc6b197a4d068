import type { FormView } from '../../http/console/contract.js';
import { goTo, save, saveOver, takeOver } from '../actions/write.js';
import { Field } from '../parts/field.js';
import { Frame } from '../parts/frame.js';
import { useStore, useTexts } from '../store.js';

/** One part of the form after another, with what is still open in each. */
export function Write({ section }: { section: string }) {
  const texts = useTexts();
  const form = useStore((state) => state.form);
  if (form === undefined) return null;
  const index = form.sections.findIndex(({ id }) => id === section);
  const part = form.sections[index];
  const before = form.sections[index - 1];
  return (
    <Frame title={part?.title ?? form.title}>
      <p class="hint">{texts('write.part', { part: index + 1, parts: form.sections.length, form: form.title })}</p>
      {index === 0 && <p>{form.introduction}</p>}
      <Returned />
      <Elsewhere />
      <div class="guided">
        <Parts form={form} section={section} />
        <div class="questions">
          {form.fields
            .filter((field) => field.section === section)
            .map((field) => (
              <Field key={field.id} field={field} />
            ))}
          <Saved />
          <div class="choices">
            <button type="button" class="choice primary" onClick={() => void goTo(form.sections[index + 1]?.id)}>
              {texts(index + 1 < form.sections.length ? 'write.next' : 'write.review')}
            </button>
            {before !== undefined && (
              <button type="button" class="choice" onClick={() => void goTo(before.id)}>
                {texts('write.back')}
              </button>
            )}
            <button type="button" class="choice" onClick={() => void save()}>
              {texts('write.save')}
            </button>
          </div>
        </div>
      </div>
    </Frame>
  );
}

export function Parts({ form, section }: { form: FormView; section: string | undefined }) {
  const texts = useTexts();
  const answers = useStore(({ writing }) => writing?.answers) ?? {};
  const problems = useStore(({ writing }) => writing?.problems) ?? {};
  const open = ({ id, required }: FormView['fields'][number]) =>
    id in problems || (required && String(answers[id] ?? '').trim() === '');
  const must = form.fields.filter(({ required }) => required);
  const done = must.filter((field) => !open(field)).length;
  return (
    <nav class="parts" aria-label={texts('write.parts')}>
      <label class="hint" for="progress">
        {texts('write.progress', { done, all: must.length })}
      </label>
      <progress id="progress" value={done} max={must.length} />
      <ol>
        {form.sections.map(({ id, title }) => {
          const left = form.fields.filter((field) => field.section === id && open(field)).length;
          return (
            <li key={id}>
              <button
                type="button"
                class="quiet part-link"
                aria-current={id === section ? 'step' : undefined}
                onClick={() => void goTo(id)}
              >
                <span>{title}</span>
                <span class="hint">{left === 0 ? texts('write.complete') : texts('write.left', { left })}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function Returned() {
  const texts = useTexts();
  const reason = useStore(({ writing }) => writing?.returned);
  if (reason === undefined) return null;
  return (
    <div class="notice-line">
      <p>{texts('write.returned')}</p>
      <p class="quoted">{reason}</p>
    </div>
  );
}

/** The same key saved from another page: whoever holds it says which of the two is right. */
function Elsewhere() {
  const texts = useTexts();
  const elsewhere = useStore(({ writing }) => writing?.elsewhere);
  if (elsewhere === undefined) return null;
  return (
    <div class="notice-line">
      <p>{texts('write.elsewhere', { time: texts.dateTime(elsewhere.savedAt) })}</p>
      <div class="choices">
        <button type="button" class="choice" onClick={takeOver}>
          {texts('write.take-over')}
        </button>
        <button type="button" class="choice" onClick={() => void saveOver()}>
          {texts('write.save-over')}
        </button>
      </div>
    </div>
  );
}

function Saved() {
  const texts = useTexts();
  const savedAt = useStore(({ writing }) => writing?.savedAt);
  const changed = useStore(({ writing }) => writing?.changed ?? false);
  if (changed) return <p class="hint">{texts('write.unsaved')}</p>;
  return savedAt === undefined ? null : (
    <p class="hint">{texts('write.saved-at', { time: texts.dateTime(savedAt) })}</p>
  );
}
