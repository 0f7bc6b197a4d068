import { declareLanguage, loadTexts } from '../../pages/texts.js';
import { api } from '../api.js';
import { store } from '../store.js';
import { run } from './run.js';

/** Shows the page in a language of `config/languages`; the one before stays when it cannot be loaded. */
export async function chooseLanguage(language: string): Promise<void> {
  const textTable = await loadTexts('/console', language);
  if (textTable === undefined) return;
  declareLanguage(language);
  store.set({ language, textTable });
  if (store.get().form !== undefined) await loadForm();
}

/** The questions, and what the device knows about them now. */
export async function loadForm(): Promise<void> {
  const form = await run(() => api.form(store.get().language));
  if (form !== undefined) store.set({ form });
}
