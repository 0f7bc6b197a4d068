import { currentScreen } from '../actions/navigate.js';
import { type Screen, useStore } from '../store.js';
import { Card } from './card.js';
import { Complaint } from './complaint.js';
import { Consent } from './consent.js';
import { ChangedNotice, ConsentNotice } from './consent-notice.js';
import { AddCard, SecondFactor, SetPin } from './credentials.js';
import { Data } from './data.js';
import { Done } from './done.js';
import { Enrol } from './enrol.js';
import { Face } from './face.js';
import { Notice } from './notice.js';
import { Overview } from './overview.js';
import { Pairing } from './pairing.js';
import { Pin } from './pin.js';
import { Prove } from './prove.js';
import { Ready } from './ready.js';
import { Receipt } from './receipt.js';
import { Refused } from './refused.js';
import { Unusable } from './unusable.js';
import { VerificationScreen } from './verification.js';
import { Withdraw } from './withdraw.js';

/** A verification covers what was shown; it comes back when that is over. */
export function ShownScreen() {
  const pairing = useStore((state) => state.pairing);
  const verification = useStore((state) => state.verification);
  const screen = useStore(({ screens }) => currentScreen(screens));
  // Ticks and words that somebody has put in outlast what a panel begins meanwhile.
  const keeps = useStore(({ visit, screens }) => visit !== undefined || currentScreen(screens).name === 'complaint');
  if (pairing === 'unknown') return null;
  if (pairing === 'needed') return <Pairing />;
  return (
    <>
      {verification !== undefined && <VerificationScreen key={verification.verificationId} view={verification} />}
      {(verification === undefined || keeps) && (
        <div class="covered" hidden={verification !== undefined}>
          <Named key={screen.name} screen={screen} />
        </div>
      )}
    </>
  );
}

function Named({ screen }: { screen: Screen }) {
  switch (screen.name) {
    case 'ready':
      return <Ready />;
    case 'card':
      return <Card typed={screen.typed} />;
    case 'pin':
      return <Pin />;
    case 'face':
      return <Face />;
    case 'unusable':
      return <Unusable method={screen.method} />;
    case 'notice':
      return <Notice />;
    case 'complaint':
      return <Complaint />;
    case 'prove':
      return <Prove wants={screen.wants} />;
    case 'overview':
      return <Overview refused={screen.refused} />;
    case 'consent-notice':
      return <ConsentNotice renewal={screen.renewal} />;
    case 'consent':
      return <Consent noticeHash={screen.noticeHash} renewal={screen.renewal} />;
    case 'refused':
      return <Refused />;
    case 'changed-notice':
      return <ChangedNotice />;
    case 'enrol':
      return <Enrol />;
    case 'second-factor':
      return <SecondFactor />;
    case 'set-pin':
      return <SetPin />;
    case 'add-card':
      return <AddCard />;
    case 'withdraw':
      return <Withdraw />;
    case 'receipt':
      return <Receipt receipt={screen.receipt} />;
    case 'done':
      return <Done what={screen.what} />;
    case 'data':
      return <Data />;
  }
}
