import { noTexts } from '../pages/texts.js';
import { chooseLanguage } from './actions/language.js';
import { signOut } from './actions/session.js';
import { TimeEnds } from './parts/time-ends.js';
import { Draft } from './screens/draft.js';
import { HandOver } from './screens/hand-over.js';
import { List } from './screens/list.js';
import { Report } from './screens/report.js';
import { SignIn } from './screens/sign-in.js';
import { Write } from './screens/write.js';
import { useStore, useTexts } from './store.js';

/** The operator's page: who is signed in, and one screen at a time. */
export function App() {
  const loaded = useStore(({ textTable }) => textTable !== noTexts);
  const timeEnds = useStore((state) => state.timeEnds);
  const busy = useStore((state) => state.busy);
  if (!loaded) return null;
  return (
    <>
      <Header />
      <main aria-busy={busy}>
        <Shown />
      </main>
      {timeEnds && <TimeEnds />}
    </>
  );
}

function Shown() {
  const screen = useStore((state) => state.screen);
  const signedIn = useStore(({ caller }) => caller !== undefined);
  if (!signedIn) return <SignIn />;
  switch (screen.name) {
    case 'list':
      return <List />;
    case 'write':
      return <Write key={screen.section} section={screen.section} />;
    case 'hand-over':
      return <HandOver />;
    case 'draft':
      return <Draft draft={screen.draft} />;
    case 'report':
      return <Report report={screen.report} />;
  }
}

function Header() {
  const texts = useTexts();
  const site = useStore((state) => state.site);
  const caller = useStore((state) => state.caller);
  const language = useStore((state) => state.language);
  return (
    <header class="top">
      <div class="top-words">
        <p class="site-name">{site?.siteName ?? texts('app.name')}</p>
        <p class="device">{texts('app.device', { device: site?.deviceId ?? '' })}</p>
      </div>
      {site?.mode === 'demonstration' && <p class="badge">{texts('app.demonstration')}</p>}
      <div class="languages">
        {site?.languages.map(({ tag, name }) => (
          <button
            key={tag}
            type="button"
            class="quiet"
            lang={tag}
            aria-pressed={tag === language}
            onClick={() => void chooseLanguage(tag)}
          >
            {name}
          </button>
        ))}
      </div>
      {caller !== undefined && (
        <div class="caller">
          <p>{texts('app.signed-in', { role: texts.code('role', caller.role), key: caller.id })}</p>
          <button type="button" class="quiet" onClick={() => signOut(undefined)}>
            {texts('app.sign-out')}
          </button>
        </div>
      )}
    </header>
  );
}
