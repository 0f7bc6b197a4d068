import { useTexts } from '../store.js';

/** The clause a question answers to; what could not be confirmed from a full text says so. */
export function Clause({ clause }: { clause: string }) {
  const texts = useTexts();
  const unconfirmed = clause.endsWith('°');
  return (
    <span class="clause">{unconfirmed ? texts('clause.unconfirmed', { clause: clause.slice(0, -1) }) : clause}</span>
  );
}
