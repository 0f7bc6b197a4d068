import { useLayoutEffect, useRef } from 'preact/hooks';

/** Readers that act as a keyboard type a number and Enter faster than anybody's fingers. */
const SLOWER_THAN_A_READER_MS = 400;
const CARD_CHARACTER = /^[0-9a-fA-F]$/;
const FOCUSABLE =
  'button:not([disabled]), a[href], input:not([disabled]), textarea:not([disabled]), summary, [tabindex="0"]';

/**
 * A card shown to a reader, on any screen that has no field to type into. Whoever types a number by hand is given a field.
 *
 * @param onTyped told what was typed by hand so far
 */
export function useCardReader(onCard: (cardNumber: string) => void, onTyped: (typed: string) => void): void {
  // What the service says meanwhile draws the screen anew; the digits that came before must not be lost by that.
  const told = useRef({ onCard, onTyped });
  told.current = { onCard, onTyped };
  // Before the next key: an effect that waits for the picture would lose what is typed until then.
  useLayoutEffect(() => {
    let typed = '';
    let slow: ReturnType<typeof setTimeout> | undefined;
    const forget = () => {
      clearTimeout(slow);
      typed = '';
    };
    const listener = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || isField(event.target) || openDialog()) return;
      if (CARD_CHARACTER.test(event.key)) {
        typed += event.key;
        clearTimeout(slow);
        slow = setTimeout(() => {
          const byHand = typed;
          forget();
          told.current.onTyped(byHand);
        }, SLOWER_THAN_A_READER_MS);
      } else if (event.key === 'Enter' && typed !== '') {
        // Not to be taken for pressing the button that happens to have the focus.
        event.preventDefault();
        const cardNumber = typed;
        forget();
        told.current.onCard(cardNumber);
      } else if (event.key !== 'Shift') forget();
    };
    addEventListener('keydown', listener, true);
    return () => {
      forget();
      removeEventListener('keydown', listener, true);
    };
  }, []);
}

/** Keypads of a terminal have digits, Enter, Escape and arrows, and no Tab: arrows move the focus, Escape goes back. */
export function listenToKeypad(onEscape: () => void): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape' && openDialog() === undefined) onEscape();
    if (event.key === 'Enter') tickWithEnter(event);
    const forward = event.key === 'ArrowDown' || event.key === 'ArrowRight';
    if (!forward && event.key !== 'ArrowUp' && event.key !== 'ArrowLeft') return;
    if (ownsArrow(event, forward)) return;
    event.preventDefault();
    moveFocus(forward ? 1 : -1);
  });
}

export function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && target.type !== 'checkbox' && target.type !== 'radio')
  );
}

/** A keypad has no space bar. */
function tickWithEnter(event: KeyboardEvent): void {
  if (event.target instanceof HTMLInputElement && event.target.type === 'checkbox') {
    event.preventDefault();
    event.target.click();
  }
}

/** Fields keep left and right, texts of several lines and scrolled regions keep what they can still use. */
function ownsArrow(event: KeyboardEvent, forward: boolean): boolean {
  const { target, key } = event;
  const sideways = key === 'ArrowLeft' || key === 'ArrowRight';
  if (target instanceof HTMLTextAreaElement) return target.value !== '';
  if (isField(target)) return sideways;
  if (!(target instanceof HTMLElement) || target.tabIndex !== 0 || !target.classList.contains('scrolls')) return false;
  if (sideways) return false;
  const left = forward ? target.scrollHeight - target.clientHeight - target.scrollTop : target.scrollTop;
  return left > 1;
}

function moveFocus(step: 1 | -1): void {
  const from = document.activeElement as HTMLElement;
  const within = openDialog() ?? document;
  const all = [...within.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((one) => one.offsetParent !== null);
  const at = all.indexOf(from);
  const nextField = all
    .slice(...(step === 1 ? [at + 1] : [0, at]))
    .filter(isField)
    .at(step === 1 ? 0 : -1);
  if (isField(from) && nextField !== undefined && nextField.closest('form') === from.closest('form')) {
    // From a number to its PIN, past the keys between them.
    nextField.focus();
    return;
  }
  const next = all[at === -1 ? (step === 1 ? 0 : all.length - 1) : (at + step + all.length) % all.length];
  next?.focus();
}

function openDialog(): Element | undefined {
  return document.querySelector('dialog[open]') ?? undefined;
}
