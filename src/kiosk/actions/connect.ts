import type { EnrolmentProgress, FaceProofProgress, ScreenVerification, SiteView } from '../../http/kiosk/contract.js';
import { api, Problem } from '../api.js';
import { loadRecordings } from '../speech.js';
import { store } from '../store.js';
import { noTexts } from '../texts.js';
import { chooseLanguage } from './preferences.js';
import { run } from './run.js';
import { showVerification } from './verify.js';
import { showEnrolment } from './visit.js';

const RETRY_AFTER_MS = 2_000;
let stream: EventSource | undefined;

/** Finds out what this screen stands at, and listens from then on. Goes on trying while the service does not answer. */
export async function connect(): Promise<void> {
  try {
    const site = await api.site();
    await takeSite(site);
    store.set({ pairing: 'done', online: true, problem: undefined });
    listen();
    await loadRecordings();
  } catch (thrown) {
    await chooseFirstLanguage();
    if (thrown instanceof Problem && thrown.code === 'unauthenticated') needPairing();
    else {
      store.set({ online: false });
      setTimeout(() => void connect(), RETRY_AFTER_MS);
    }
  }
}

/** The printed address is `/kiosk#pair=<code>`: the code is used once and leaves the address at once. */
export async function pairFromAddress(): Promise<void> {
  const code = /^#pair=(.+)$/.exec(location.hash)?.[1];
  if (code === undefined) return;
  history.replaceState(null, '', location.pathname);
  // A code that was used or is over is said so on the screen that asks for another one.
  await run(() => api.pair(code));
}

/** @param code made by the operator with `menshen kiosk pair` */
export async function pair(code: string): Promise<void> {
  const paired = await run(async () => {
    await api.pair(code);
    return true;
  });
  if (paired) await connect();
}

/** The site's own is not known yet. */
async function chooseFirstLanguage(): Promise<void> {
  const { site, textTable } = store.get();
  if (site === undefined && textTable === noTexts)
    await chooseLanguage(navigator.language.startsWith('zh') ? 'zh' : 'en');
}

function needPairing(): void {
  stream?.close();
  store.set({ pairing: 'needed', online: true, screens: [], visit: undefined, verification: undefined });
}

async function takeSite(site: SiteView): Promise<void> {
  const first = store.get().site === undefined;
  store.set(first ? { site, pageVersion: site.version } : { site });
  if (first) await chooseLanguage(site.defaultLanguage);
}

function listen(): void {
  stream?.close();
  const source = new EventSource(api.streamAddress);
  stream = source;
  const on = <T>(name: string, take: (value: T) => void) =>
    source.addEventListener(name, (event) => take(JSON.parse((event as MessageEvent<string>).data) as T));
  on<SiteView>('site', (site) => void takeSite(site));
  on<ScreenVerification | null>('verification', showVerification);
  on<FaceProofProgress | null>('proof', (proof) => store.set({ proof: proof ?? undefined }));
  on<EnrolmentProgress>('enrolment', showEnrolment);
  source.onopen = () => store.set({ online: true });
  source.onerror = () => {
    store.set({ online: false });
    // The browser takes up a broken stream by itself, but never one that was refused.
    if (source.readyState !== EventSource.CLOSED || source !== stream) return;
    setTimeout(() => void connect(), RETRY_AFTER_MS);
  };
}
