import { useEffect, useState } from 'preact/hooks';
import { currentScreen, home } from './actions/navigate.js';
import { Bar } from './parts/bar.js';
import { Dialogs } from './parts/dialogs.js';
import { ShownScreen } from './screens/index.js';
import { useStore, useTexts } from './store.js';
import { noTexts } from './texts.js';

/** The page: where one stands, what is shown now, and the bar that is always there. */
export function App() {
  const texts = useTexts();
  const loaded = useStore(({ textTable }) => textTable !== noTexts);
  const pairing = useStore((state) => state.pairing);
  const announcement = useStore((state) => state.announcement);
  if (!loaded) return null;
  return (
    <>
      <Header />
      <main>
        <ShownScreen />
      </main>
      {pairing === 'done' && <Bar />}
      <Waiting />
      <Dialogs />
      <div class="visually-hidden" aria-live="polite">
        {announcement}
      </div>
      <p class="print-only">{texts('receipt.printed-by')}</p>
    </>
  );
}

function Header() {
  const texts = useTexts();
  const site = useStore((state) => state.site);
  const visit = useStore((state) => state.visit);
  const screen = useStore(({ screens }) => currentScreen(screens).name);
  return (
    <header class="top">
      <div class="top-words">
        <p class="site-name">{site?.siteName ?? texts('app.name')}</p>
        {site !== undefined && (
          <p class="processor">
            {texts('ready.processor', { name: site.processor.name, contact: site.processor.contact })}
          </p>
        )}
      </div>
      {site?.mode === 'demonstration' && <p class="badge">{texts('app.demonstration')}</p>}
      {visit !== undefined && screen !== 'ready' && (
        <button type="button" class="finish" onClick={home}>
          {texts('action.finish')}
        </button>
      )}
    </header>
  );
}

/** What holds things up: the service is gone, or takes longer than a blink. */
function Waiting() {
  const texts = useTexts();
  const online = useStore((state) => state.online);
  const busy = useStore((state) => state.busy && !state.proving);
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!busy) return;
    const soon = setTimeout(() => setLate(true), BUSY_SHOWN_AFTER_MS);
    return () => clearTimeout(soon);
  }, [busy]);
  return (
    <div role="status" class="waiting-place">
      {!online && <p class="offline">{texts('app.offline')}</p>}
      {online && busy && late && <p class="busy">{texts('app.busy')}</p>}
    </div>
  );
}

const BUSY_SHOWN_AFTER_MS = 600;
