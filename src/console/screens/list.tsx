import { useState } from 'preact/hooks';
import type { CurrentView, DraftView, ReportView, UnfinishedView } from '../../http/console/contract.js';
import { Dialog } from '../../pages/dialog.js';
import { openForReading } from '../actions/open.js';
import { begin, goOn, throwAway } from '../actions/write.js';
import { Frame } from '../parts/frame.js';
import { mayWrite, useStore, useTexts } from '../store.js';

/** Every assessment there is or will be, and whether the face may run at all. */
export function List() {
  const texts = useTexts();
  const lists = useStore((state) => state.lists);
  const writer = useStore(({ caller }) => mayWrite(caller));
  if (lists === undefined) return null;
  const { current, reports, drafts, unfinished } = lists;
  return (
    <Frame title={texts('list.title')}>
      <Now current={current} newest={reports[0]} />
      {writer ? <Begin unfinished={unfinished} /> : <p class="hint">{texts('list.read-only')}</p>}
      <h2>{texts('list.drafts')}</h2>
      <Drafts drafts={drafts} />
      <h2>{texts('list.reports')}</h2>
      <Reports reports={reports} current={current} />
    </Frame>
  );
}

function Now({ current, newest }: { current: CurrentView; newest: ReportView | undefined }) {
  const texts = useTexts();
  const valid = current.state === 'valid';
  const until = newest?.assessment.validUntil;
  return (
    <div class={`now ${valid ? 'good' : 'bad'}`}>
      <p class="now-state">{texts.code('report-state', current.state)}</p>
      {valid && (
        <p>{typeof until === 'string' ? texts('list.until', { date: texts.date(until) }) : texts('list.no-end')}</p>
      )}
      {!valid && current.trigger !== undefined && <p>{texts.code('trigger', current.trigger)}</p>}
      {!valid && <p>{texts('list.face-off')}</p>}
    </div>
  );
}

function Begin({ unfinished }: { unfinished: UnfinishedView | undefined }) {
  const texts = useTexts();
  const [asking, setAsking] = useState(false);
  if (unfinished === undefined)
    return (
      <div class="choices">
        <button type="button" class="choice primary" onClick={() => void begin()}>
          {texts('list.begin')}
        </button>
      </div>
    );
  return (
    <div class="unfinished">
      <p>{texts('list.unfinished', { time: texts.dateTime(unfinished.savedAt) })}</p>
      <div class="choices">
        <button type="button" class="choice primary" onClick={() => void goOn(unfinished)}>
          {texts('list.go-on')}
        </button>
        <button type="button" class="choice" onClick={() => setAsking(true)}>
          {texts('list.throw-away')}
        </button>
      </div>
      {asking && (
        <Dialog title={texts('list.throw-away-title')} onClose={() => setAsking(false)}>
          <div class="choices">
            <button type="button" class="choice" onClick={() => void throwAway().then(() => setAsking(false))}>
              {texts('list.throw-away')}
            </button>
            <button type="button" class="choice primary" onClick={() => setAsking(false)}>
              {texts('list.keep')}
            </button>
          </div>
        </Dialog>
      )}
    </div>
  );
}

function Drafts({ drafts }: { drafts: readonly DraftView[] }) {
  const texts = useTexts();
  if (drafts.length === 0) return <p class="hint">{texts('list.no-drafts')}</p>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{texts('column.name')}</th>
          <th scope="col">{texts('column.handed-in')}</th>
          <th scope="col">{texts('column.state')}</th>
        </tr>
      </thead>
      <tbody>
        {drafts.map((draft) => (
          <tr key={draft.draftId}>
            <th scope="row">
              <button type="button" class="link" onClick={() => void openForReading({ name: 'draft', draft })}>
                {String(draft.draft.id)}
              </button>
            </th>
            <td>{texts('list.by-key', { time: texts.dateTime(draft.submittedAt), key: draft.submittedBy })}</td>
            <td>{texts.code('draft-state', draft.state)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Reports({ reports, current }: { reports: readonly ReportView[]; current: CurrentView }) {
  const texts = useTexts();
  if (reports.length === 0) return <p class="hint">{texts('list.no-reports')}</p>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{texts('column.name')}</th>
          <th scope="col">{texts('column.date')}</th>
          <th scope="col">{texts('column.until')}</th>
          <th scope="col">{texts('column.state')}</th>
        </tr>
      </thead>
      <tbody>
        {reports.map((report) => (
          <tr key={report.version}>
            <th scope="row">
              <button type="button" class="link" onClick={() => void openForReading({ name: 'report', report })}>
                {String(report.assessment.id)}
              </button>
            </th>
            <td>{texts.date(String(report.assessment.date))}</td>
            <td>{endOf(report) === undefined ? texts('list.no-end') : texts.date(endOf(report) ?? '')}</td>
            <td>
              {texts.code('report-state', report.standing === 'newest' ? current.state : 'superseded')}
              {report.voidedBy.map((trigger) => (
                <p key={trigger} class="hint">
                  {texts.code('trigger', trigger)}
                </p>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function endOf({ assessment: { validUntil } }: ReportView): string | undefined {
  return typeof validUntil === 'string' ? validUntil : undefined;
}
