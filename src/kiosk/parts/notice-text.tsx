import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { NoticeView } from '../../http/kiosk/contract.js';
import { canSpeak, fallSilent, readAloud } from '../speech.js';
import { useTexts } from '../store.js';

interface NoticeTextProps {
  readonly notice: NoticeView;
  readonly seen: boolean;
  /** Every part of it has stood on the screen. */
  readonly onSeen: (hash: string) => void;
  /** What may follow, beside the buttons of reading. */
  readonly children?: ComponentChildren;
}

/** The whole notice in a region that scrolls by touch, by key and by a button. */
export function NoticeText({ notice, seen, onSeen, children }: NoticeTextProps) {
  const texts = useTexts();
  const region = useRef<HTMLElement>(null);
  useSeenParts(region, () => onSeen(notice.hash));
  const { version, effectiveAt, title, optional, sections } = notice;
  const readOn = () => region.current?.scrollBy({ top: region.current.clientHeight * 0.85 });
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by key (WCAG 2.1.1) */}
      <section ref={region} class="scrolls notice-text" tabIndex={0} aria-label={texts('notice.text-label')}>
        <div data-part>
          <h2>{title}</h2>
          <p class="hint">{texts('notice.version', { version, date: texts.date(effectiveAt) })}</p>
        </div>
        <div data-part>
          <p>
            <strong>{optional.statement}</strong>
          </p>
          <ul class="dots">
            {optional.alternatives.map((way) => (
              <li key={way}>{way}</li>
            ))}
          </ul>
        </div>
        {sections.map(({ heading, text }) => (
          <div data-part key={heading}>
            <h3>{heading}</h3>
            <p>{text}</p>
          </div>
        ))}
      </section>
      <div class="choices">
        <button type="button" class="choice" aria-disabled={seen} onClick={readOn}>
          {seen ? texts('notice.seen') : texts('notice.more')}
        </button>
        <ReadAloud text={plainText(notice)} />
        {children}
      </div>
    </>
  );
}

/** Tells once when each part's end has been within the region: skipping to the last line is not reading. */
function useSeenParts(region: { current: HTMLElement | null }, onAll: () => void): void {
  useEffect(() => {
    const root = region.current;
    if (root === null) return;
    const left = new Set(
      [...root.querySelectorAll('[data-part]')].map((part) => {
        const end = document.createElement('span');
        end.className = 'part-end';
        part.append(end);
        return end;
      }),
    );
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) if (isIntersecting) left.delete(target as HTMLSpanElement);
        if (left.size > 0) return;
        observer.disconnect();
        onAll();
      },
      { root, rootMargin: '2px' },
    );
    for (const end of left) observer.observe(end);
    return () => observer.disconnect();
  }, []);
}

function ReadAloud({ text }: { text: string }) {
  const texts = useTexts();
  const [reading, setReading] = useState(false);
  useEffect(() => fallSilent, []);
  if (!canSpeak()) return null;
  const toggle = () => {
    if (reading) fallSilent();
    else readAloud(text);
    setReading(!reading);
  };
  return (
    <button type="button" class="choice" aria-pressed={reading} onClick={toggle}>
      {texts(reading ? 'notice.stop-reading' : 'notice.read-aloud')}
    </button>
  );
}

function plainText({ title, optional, sections }: NoticeView): string {
  const parts = sections.map(({ heading, text }) => `${heading}. ${text}`);
  return [title, optional.statement, optional.alternatives.join(', '), ...parts].join('\n');
}
