import { store } from './store.js';
import { fill, type TextKey, type Values } from './texts.js';

/** By language and text key: files below `/kiosk/`. */
let recordings: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
let playing: HTMLAudioElement | undefined;

/** Prompts that somebody recorded for this terminal; without any, the browser's own voice speaks, where it has one. */
export async function loadRecordings(): Promise<void> {
  const response = await fetch('/kiosk/voice.json').catch(() => undefined);
  if (response?.ok) recordings = (await response.json()) as typeof recordings;
}

/** Notices when the browser has found its voices. */
export function listenForVoices(): void {
  if (!('speechSynthesis' in window)) return;
  const count = () => store.set({ voices: speechSynthesis.getVoices().length });
  speechSynthesis.addEventListener?.('voiceschanged', count);
  count();
}

/** Says a text of the page, unless the voice is switched off. The text stands on the screen in any case. */
export function say(key: TextKey, values: Values = {}): void {
  const { textTable, voice } = store.get();
  if (!voice) return;
  const recorded = recordingOf(key);
  if (recorded === undefined) readAloud(fill(textTable[key] ?? '', values));
  else play(recorded);
}

/** Says any words, like the notice's; asked for by the person, so also when the voice is off. */
export function readAloud(text: string): void {
  fallSilent();
  if (text === '' || !canSpeak()) return;
  const { language } = store.get();
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = language === 'zh' ? 'zh-CN' : language;
  utterance.rate = 0.95;
  speechSynthesis.speak(utterance);
}

export function fallSilent(): void {
  playing?.pause();
  playing = undefined;
  if ('speechSynthesis' in window) speechSynthesis.cancel();
}

/** Whether a prompt is heard here; the service records it (D9), so it is never guessed. */
export function isSpoken(key: TextKey): boolean {
  return store.get().voice && (recordingOf(key) !== undefined || canSpeak());
}

/** The browser has a voice that speaks the page's language. */
export function canSpeak(): boolean {
  if (!('speechSynthesis' in window)) return false;
  const { language } = store.get();
  return speechSynthesis.getVoices().some(({ lang }) => lang.toLowerCase().startsWith(language));
}

/** Whether there is a voice to switch on and off. */
export function hasVoice(): boolean {
  return canSpeak() || recordings[store.get().language] !== undefined;
}

function recordingOf(key: TextKey): string | undefined {
  return recordings[store.get().language]?.[key];
}

function play(file: string): void {
  fallSilent();
  playing = new Audio(`/kiosk/${file}`);
  playing.play().catch(() => undefined);
}
