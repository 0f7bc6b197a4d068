import type { ReportView } from '../../http/console/contract.js';
import { openList } from '../actions/open.js';
import { Answers } from '../parts/answers.js';
import { Frame } from '../parts/frame.js';
import { useStore, useTexts } from '../store.js';

/** A report as it is kept, to be read and printed. */
export function Report({ report }: { report: ReportView }) {
  const texts = useTexts();
  const form = useStore((state) => state.form);
  const site = useStore((state) => state.site);
  const current = useStore(({ lists }) => lists?.current);
  if (form === undefined) return null;
  const { version, hash, recordedAt, approval, assessment, standing, voidedBy } = report;
  const state = standing === 'newest' ? (current?.state ?? 'none') : 'superseded';
  const noted = standing === 'newest' && current?.state === 'invalidated' ? current.trigger : undefined;
  const why = [...new Set([...voidedBy, ...(noted === undefined ? [] : [noted])])];
  return (
    <Frame title={texts('report.title', { name: String(assessment.id) })} kind="report">
      <dl class="rows">
        <Line label={texts('column.state')} text={texts.code('report-state', state)} />
        {why.length > 0 && (
          <Line label={texts('report.why')} text={why.map((one) => texts.code('trigger', one)).join('\n')} />
        )}
        <Line label={texts('report.approver')} text={String(assessment.approver)} />
        <Line
          label={texts('report.approval')}
          text={
            approval.kind === 'two-callers'
              ? texts('report.two-callers', { author: approval.submittedBy, approver: approval.approvedBy })
              : texts('report.one-document')
          }
        />
        <Line label={texts('report.recorded')} text={texts.dateTime(recordedAt)} />
        <Line label={texts('report.version')} text={`${version} · ${site?.deviceId ?? ''}`} />
        <Line label={texts('report.hash')} text={hash} />
      </dl>
      <p class="hint">{texts('report.attested')}</p>
      <Answers form={form} answers={assessment} />
      <div class="choices no-print">
        <button type="button" class="choice primary" onClick={() => print()}>
          {texts('report.print')}
        </button>
        <button type="button" class="choice" onClick={() => void openList()}>
          {texts('draft.back')}
        </button>
      </div>
    </Frame>
  );
}

function Line({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{text}</dd>
    </div>
  );
}
