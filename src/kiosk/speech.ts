import { store } from './store.js';
import { fill, type TextKey, type Values } from './texts.js';

/** Says a text of the page, unless the voice is switched off: a recorded prompt where there is one, else the browser's voice. */
export function say(key: TextKey, values: Values = {}): void {
  const { languageFile, voice } = store.get();
  if (!voice) return;
  const recording = languageFile.recordings[key];
  if (recording !== undefined) void play(`/kiosk/${recording}`);
  else sayText(fill(languageFile.texts[key] ?? '', values));
}

/** Says any words, like the notice's; asked for by the person, so also when the voice is off. */
export function readAloud(text: string): void {
  sayText(text);
}

export function fallSilent(): void {
  playing?.stop();
  playing = undefined;
  if ('speechSynthesis' in window) window.speechSynthesis.cancel();
}

/** Whether a prompt is really heard here: recorded with the consent to be told by voice, so it may not be guessed. */
export function isSpoken(key: TextKey): boolean {
  const { languageFile, voice } = store.get();
  return voice && (languageFile.recordings[key] !== undefined || hasVoice());
}

export function hasVoice(): boolean {
  return 'speechSynthesis' in window && window.speechSynthesis.getVoices().length > 0;
}

function sayText(text: string): void {
  if (text === '' || !hasVoice()) return;
  fallSilent();
  const { language } = store.get();
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = language === 'zh' ? 'zh-CN' : language;
  utterance.rate = 0.95;
  window.speechSynthesis.speak(utterance);
}

let playing: AudioBufferSourceNode | undefined;
let audio: AudioContext | undefined;

/** Decoded here, not in an audio element: the page may connect to its own service, and may load no media. */
async function play(address: string): Promise<void> {
  fallSilent();
  try {
    audio ??= new AudioContext();
    const bytes = await (await fetch(address)).arrayBuffer();
    const source = audio.createBufferSource();
    source.buffer = await audio.decodeAudioData(bytes);
    source.connect(audio.destination);
    playing?.stop();
    playing = source;
    source.start();
  } catch {
    // A voice is a second way of telling: the text stands on the screen in any case.
  }
}
