import { useStore, useTexts, wordsOfSite } from '../store.js';

/** What the verification is for, told each time (D9). */
export function Purpose() {
  const texts = useTexts();
  const purpose = useStore((state) => wordsOfSite(state)?.purpose);
  return <p class="purpose">{texts('ready.purpose', { purpose: purpose ?? '' })}</p>;
}
