import { useEffect } from 'preact/hooks';
import type { EnrolmentProgress } from '../../http/kiosk/contract.js';
import { begin } from '../actions/navigate.js';
import { afterEnrolment, endEnrolment, startEnrolment } from '../actions/visit.js';
import { Frame } from '../parts/frame.js';
import { GuideOutline } from '../parts/guide.js';
import { Icon } from '../parts/icons.js';
import { useStore, useTexts } from '../store.js';
import { pressAct } from './face.js';
import { useGuidance } from './verification.js';

/** The face is enrolled when the person starts it, and stopped when they want. */
export function Enrol() {
  const enrolment = useStore((state) => state.enrolment);
  useEffect(() => {
    if (enrolment?.state === 'done') void afterEnrolment();
  }, [enrolment?.state]);
  if (enrolment === undefined) return <Before />;
  return enrolment.state === 'failed' ? <Failed reason={enrolment.reason} /> : <Running enrolment={enrolment} />;
}

function Before() {
  const texts = useTexts();
  return (
    <Frame title={texts('enrol.title')} onBack={null}>
      <p class="lead">{texts('enrol.lead')}</p>
      <Choices label={texts('enrol.start')} />
    </Frame>
  );
}

function Failed({ reason }: { reason: string | undefined }) {
  const texts = useTexts();
  return (
    <Frame key="failed" title={texts('enrol.failed')} onBack={null}>
      <p class="lead" role="alert">
        {texts.code('error', reason ?? 'enrolment-failed')}
      </p>
      <Choices label={texts('enrol.again')} />
    </Frame>
  );
}

function Choices({ label }: { label: string }) {
  const texts = useTexts();
  return (
    <div class="choices equal">
      <button type="button" class="choice big" onClick={(event) => void startEnrolment(pressAct(event))}>
        <Icon name="face" />
        {label}
      </button>
      <button type="button" class="choice big" onClick={() => begin({ name: 'overview' })}>
        {texts('enrol.later')}
      </button>
    </div>
  );
}

function Running({ enrolment: { guide, frames, wanted } }: { enrolment: EnrolmentProgress }) {
  const texts = useTexts();
  useGuidance(guide?.code);
  return (
    <Frame key="running" title={texts('face.looking')} onBack={null} kind="looking">
      <div class="columns">
        <div class="looking-at">
          <GuideOutline guide={guide} />
          <p class="guidance">
            {guide?.code === undefined ? texts('guidance.none') : texts.code('guidance', guide.code)}
          </p>
        </div>
        <div class="start">
          <label class="progress">
            <span>{texts('enrol.progress-label')}</span>
            <progress value={frames} max={Math.max(wanted, 1)} />
            <span>{wanted > 0 && texts('enrol.progress', { count: frames, wanted })}</span>
          </label>
          <button type="button" class="choice" onClick={() => void endEnrolment()}>
            {texts('enrol.stop')}
          </button>
        </div>
      </div>
    </Frame>
  );
}
