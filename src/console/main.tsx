import { render } from 'preact';
import { chooseLanguage } from './actions/language.js';
import { run } from './actions/run.js';
import { watchTime } from './actions/time.js';
import { api } from './api.js';
import { App } from './app.js';
import { store } from './store.js';

async function begin(): Promise<void> {
  const place = document.getElementById('app');
  if (place !== null) render(<App />, place);
  watchTime();
  const site = await run(api.site);
  if (site !== undefined) store.set({ site });
  const wanted = navigator.language.split('-')[0];
  await chooseLanguage(site?.languages.find(({ tag }) => tag === wanted)?.tag ?? 'en');
  loadOtherFonts();
}

/** Characters that only the site's own words have: named once the page stands. */
function loadOtherFonts(): void {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = '/console/fonts-more.css';
  document.head.append(link);
}

void begin();
