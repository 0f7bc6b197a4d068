import { render } from 'preact';
import { connect, pairFromAddress } from './actions/connect.js';
import { back } from './actions/navigate.js';
import { watchTime } from './actions/time.js';
import { cancel, dismiss } from './actions/verify.js';
import { App } from './app.js';
import { listenToKeypad } from './keys.js';
import { listenForVoices } from './speech.js';
import { store } from './store.js';

async function begin(): Promise<void> {
  const place = document.getElementById('app');
  if (place !== null) render(<App />, place);
  listenToKeypad(goBack);
  watchTime();
  listenForVoices();
  await pairFromAddress();
  await connect();
  loadOtherFonts();
}

function goBack(): void {
  const { verification } = store.get();
  if (verification === undefined) back();
  else if (verification.state === 'waiting') void cancel();
  else dismiss();
}

/** Characters that only the site's own words have: named once the page stands. */
function loadOtherFonts(): void {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = '/kiosk/fonts-more.css';
  document.head.append(link);
}

void begin();
