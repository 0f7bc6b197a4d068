import { useState } from 'preact/hooks';
import { Dialog } from '../../pages/dialog.js';
import { callStaff } from '../actions/help.js';
import { openFromBar, openOwnMatter } from '../actions/open.js';
import { chooseLanguage, nextLanguage, setLargeText, setVoice } from '../actions/preferences.js';
import { hasVoice } from '../speech.js';
import { useStore, useTexts } from '../store.js';
import { Icon, type IconName } from './icons.js';

/** Always there, on every screen: one's rights, help, and how the page speaks. */
export function Bar() {
  const texts = useTexts();
  const largeText = useStore((state) => state.largeText);
  const voice = useStore((state) => state.voice);
  useStore(({ voices }) => voices);
  return (
    <nav class="bar" aria-label={texts('bar.label')}>
      <BarButton icon="notice" label={texts('bar.notice')} onClick={() => openFromBar({ name: 'notice' })} />
      <BarButton icon="consent" label={texts('bar.consent')} onClick={() => openOwnMatter('consent')} />
      <BarButton icon="withdraw" label={texts('bar.withdraw')} onClick={() => openOwnMatter('withdraw')} />
      <BarButton icon="data" label={texts('bar.data')} onClick={() => openOwnMatter('overview')} />
      <BarButton icon="complaint" label={texts('bar.complaint')} onClick={() => openFromBar({ name: 'complaint' })} />
      <BarButton icon="staff" label={texts('bar.staff')} onClick={() => void callStaff()} />
      <LanguageButton />
      <BarButton
        icon="largeText"
        label={texts('bar.large-text')}
        pressed={largeText}
        onClick={() => setLargeText(!largeText)}
      />
      {hasVoice() && (
        <BarButton
          icon={voice ? 'voice' : 'voiceOff'}
          label={texts('bar.voice')}
          pressed={voice}
          onClick={() => setVoice(!voice)}
        />
      )}
    </nav>
  );
}

interface BarButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly lang?: string;
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

function BarButton({ icon, label, lang, pressed, onClick }: BarButtonProps) {
  return (
    <button type="button" class="bar-button" aria-pressed={pressed} lang={lang} onClick={onClick}>
      <Icon name={icon} />
      <span>{label}</span>
    </button>
  );
}

/** With two languages the other one is a tap away, under its own name; with more, they are listed. */
function LanguageButton() {
  const texts = useTexts();
  const language = useStore((state) => state.language);
  const languages = useStore(({ site }) => site?.languages) ?? shipped;
  const [choosing, setChoosing] = useState(false);
  const [other, ...more] = languages.filter(({ tag }) => tag !== language);
  if (other === undefined) return null;
  if (more.length === 0)
    return <BarButton icon="language" label={other.name} lang={other.tag} onClick={() => void nextLanguage()} />;
  const choose = (tag: string) => {
    setChoosing(false);
    void chooseLanguage(tag);
  };
  return (
    <>
      <BarButton icon="language" label={texts('bar.language')} onClick={() => setChoosing(true)} />
      {choosing && (
        <Dialog title={texts('bar.language')} onClose={() => setChoosing(false)}>
          <div class="choices">
            {languages.map(({ tag, name }) => (
              <button key={tag} type="button" class="choice" lang={tag} onClick={() => choose(tag)}>
                {name}
              </button>
            ))}
          </div>
        </Dialog>
      )}
    </>
  );
}

const shipped = [
  { tag: 'zh', name: '中文' },
  { tag: 'en', name: 'English' },
] as const;
