import { declareLanguage, loadTexts } from '../../pages/texts.js';
import { fallSilent } from '../speech.js';
import { store } from '../store.js';

/** Shows the page in a language of `config/languages`; the one before stays when it cannot be loaded. */
export async function chooseLanguage(tag: string): Promise<void> {
  const textTable = await loadTexts('/kiosk', tag);
  if (textTable === undefined) return;
  fallSilent();
  declareLanguage(tag);
  store.set({ language: tag, textTable });
}

/** The next of the site's languages. Before the site is known: Chinese and English, which are always there. */
export async function nextLanguage(): Promise<void> {
  const { site, language } = store.get();
  const tags = site?.languages.map(({ tag }) => tag) ?? ['zh', 'en'];
  await chooseLanguage(tags[(tags.indexOf(language) + 1) % tags.length] ?? 'zh');
}

export function setLargeText(largeText: boolean): void {
  document.documentElement.classList.toggle('large-text', largeText);
  store.set({ largeText });
}

export function setVoice(voice: boolean): void {
  if (!voice) fallSilent();
  store.set({ voice });
}

/** What the last person chose is not left to the next one. */
export async function resetPreferences(): Promise<void> {
  const { site, language, largeText, voice } = store.get();
  if (largeText) setLargeText(false);
  if (!voice) setVoice(true);
  if (site !== undefined && site.defaultLanguage !== language) await chooseLanguage(site.defaultLanguage);
}
