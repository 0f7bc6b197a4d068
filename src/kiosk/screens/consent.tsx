import { useState } from 'preact/hooks';
import type { ConsentGiven } from '../../http/kiosk/contract.js';
import { replace } from '../actions/navigate.js';
import { otherWays } from '../actions/verify.js';
import { giveConsent } from '../actions/visit.js';
import { Frame } from '../parts/frame.js';
import { GuardianFields, type GuardianInput, guardianOf, noGuardian } from '../parts/guardian.js';
import { Ticks } from '../parts/ticks.js';
import { store, useStore, useTexts, wordsOfSite } from '../store.js';

/** Days that are offered, as far as the site allows so long; the longest that it allows always is. */
const PERIODS_DAYS = [30, 90, 180, 365];

interface ConsentProps {
  readonly noticeHash: string;
  readonly renewal: boolean;
}

/** The decision itself, and nothing else: nothing is ticked, nothing is tied to it, and "no" is as near as "yes" (M6.1, M12). */
export function Consent({ noticeHash, renewal }: ConsentProps) {
  const texts = useTexts();
  const site = useStore((state) => state.site);
  const visit = useStore((state) => state.visit);
  const language = useStore((state) => state.language);
  const purpose = useStore((state) => wordsOfSite(state)?.purpose) ?? '';
  const [ticks, setTicks] = useState(noTicks);
  const [days, setDays] = useState<number>();
  const [guardian, setGuardian] = useState<GuardianInput>(noGuardian);
  const [tried, setTried] = useState(false);
  if (site === undefined || visit === undefined) return null;
  const others = otherWays(store.get(), 'face');
  const guardianNeeded = visit.person.guardianNeeded;
  const named = guardianNeeded ? guardianOf(guardian) : undefined;
  const ready = Object.values(ticks).every(Boolean) && days !== undefined && (!guardianNeeded || named !== undefined);
  const give = () => {
    setTried(true);
    if (!ready || days === undefined) return;
    const given: ConsentGiven = {
      noticeHash,
      language,
      ...ticks,
      days,
      ...(named === undefined ? {} : { guardian: named }),
    };
    void giveConsent(given, renewal);
  };
  const longest = site.maxConsentDays;
  const periods = [...PERIODS_DAYS.filter((one) => one < longest), longest];
  return (
    <Frame title={texts('consent.title')} kind="consent">
      <p class="lead">{texts('consent.lead', { others })}</p>
      {guardianNeeded && <GuardianFields input={guardian} onChange={setGuardian} />}
      <Ticks
        items={[
          { name: 'separateAct', label: texts('consent.separate', { purpose }) },
          { name: 'voluntary', label: texts('consent.voluntary') },
          { name: 'alternativesShown', label: texts('consent.alternatives', { others }) },
        ]}
        ticked={ticks}
        onTick={(name, ticked) => setTicks({ ...ticks, [name]: ticked })}
      />
      <fieldset class="periods">
        <legend>{texts('consent.period')}</legend>
        <div class="choices narrow">
          {periods.map((one) => (
            <button key={one} type="button" class="choice" aria-pressed={days === one} onClick={() => setDays(one)}>
              {texts('consent.days', { count: one })}
            </button>
          ))}
        </div>
      </fieldset>
      <p class="hint" role="status">
        {tried && !ready ? texts(guardianNeeded ? 'consent.missing-guardian' : 'consent.missing') : ''}
      </p>
      <div class="choices equal">
        <button type="button" class="choice big" onClick={give}>
          {texts('consent.give')}
        </button>
        <button type="button" class="choice big" onClick={() => replace({ name: 'refused' })}>
          {texts('consent.refuse')}
        </button>
      </div>
    </Frame>
  );
}

const noTicks = { separateAct: false, voluntary: false, alternativesShown: false };
