import { useEffect, useState } from 'preact/hooks';
import type { OwnData, OwnDataLink } from '../../http/kiosk/contract.js';
import { ask, run } from '../actions/run.js';
import { api } from '../api.js';
import { Code } from '../parts/code.js';
import { Frame } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';
import { Rows } from '../parts/rows.js';
import { useStore, useTexts } from '../store.js';

/** Everything that is held about the person, to read and to take along; never the template (P45). */
export function Data() {
  const texts = useTexts();
  const visitId = useStore(({ visit }) => visit?.visitId);
  const language = useStore((state) => state.language);
  const data = useOwnData(visitId, language);
  const phones = useStore(({ site }) => site?.ownDataLink === true);
  const [link, setLink] = useState<OwnDataLink>();
  const toPhone = async (id: string) => setLink(await run(() => api.ownDataLink(id, language)));
  return (
    <Frame title={texts('data.title')} kind="reading">
      {data !== undefined && visitId !== undefined && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by key (WCAG 2.1.1) */}
          <section class="scrolls" tabIndex={0} aria-label={texts('data.text-label')}>
            {link !== undefined && (
              <div class="code-part no-print">
                <Code rows={link.code} label={texts('data.code-label')} />
                <p class="lead">{texts('data.code', { time: texts.dateTime(link.expiresAt) })}</p>
              </div>
            )}
            <p class="hint">{texts('data.made', { time: texts.dateTime(data.madeAt) })}</p>
            {data.sections.map(({ heading, rows }) => (
              <div key={heading}>
                <h2>{heading}</h2>
                <Rows rows={rows.map(({ label, text }) => [label, text] as const)} />
              </div>
            ))}
            <p class="hint">{texts('data.note')}</p>
          </section>
          <div class="choices">
            <a class="choice" href={api.ownDataFile(visitId, language)} download="menshen-my-data.json">
              <Icon name="save" />
              {texts('action.save')}
            </a>
            {phones && (
              <button type="button" class="choice" onClick={() => void toPhone(visitId)}>
                <Icon name="code" />
                {texts('data.to-phone')}
              </button>
            )}
            <button type="button" class="choice" onClick={() => print()}>
              <Icon name="print" />
              {texts('action.print')}
            </button>
          </div>
        </>
      )}
    </Frame>
  );
}

function useOwnData(visitId: string | undefined, language: string): OwnData | undefined {
  const [data, setData] = useState<OwnData>();
  useEffect(() => {
    if (visitId === undefined) return;
    let wanted = true;
    void ask(() => api.ownData(visitId, language)).then((found) => {
      if (wanted && found !== undefined) setData(found);
    });
    return () => {
      wanted = false;
    };
  }, [visitId, language]);
  return data;
}
