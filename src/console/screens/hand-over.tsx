import { goTo, handOver } from '../actions/write.js';
import { Answers } from '../parts/answers.js';
import { Frame } from '../parts/frame.js';
import { useStore, useTexts } from '../store.js';
import { Parts } from './write.js';

/** The whole of it once more, and what is still wrong, before somebody else gets it. */
export function HandOver() {
  const texts = useTexts();
  const form = useStore((state) => state.form);
  const writing = useStore((state) => state.writing);
  if (form === undefined || writing === undefined) return null;
  const wrong = form.fields.filter(({ id }) => writing.problems[id] !== undefined);
  return (
    <Frame title={texts('hand-over.title')}>
      {wrong.length > 0 && (
        <div class="refusal">
          <p>{texts('hand-over.open', { count: wrong.length })}</p>
          <ul>
            {wrong.map(({ id, section, question }) => (
              <li key={id}>
                <button type="button" class="link" onClick={() => void goTo(section)}>
                  {question}
                </button>{' '}
                {texts.code('field-problem', writing.problems[id] ?? '')}
              </li>
            ))}
          </ul>
        </div>
      )}
      <div class="guided">
        <Parts form={form} section={undefined} />
        <div class="questions">
          <Answers form={form} answers={writing.answers} />
          <p>{texts('hand-over.lead')}</p>
          <div class="choices">
            <button
              type="button"
              class="choice primary"
              aria-disabled={wrong.length > 0}
              onClick={() => void (wrong.length > 0 ? undefined : handOver())}
            >
              {texts('hand-over.submit')}
            </button>
            <button type="button" class="choice" onClick={() => void goTo(form.sections.at(-1)?.id)}>
              {texts('write.back')}
            </button>
          </div>
        </div>
      </div>
    </Frame>
  );
}
