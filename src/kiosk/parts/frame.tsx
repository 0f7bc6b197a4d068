import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { back } from '../actions/navigate.js';
import { useStore, useTexts } from '../store.js';
import { Icon } from './icons.js';

interface FrameProps {
  readonly title: string;
  /** Left out: to where one came from. `null`: there is no way back from here. */
  readonly onBack?: (() => void) | null;
  readonly kind?: string;
  /** A field takes the focus itself; otherwise the title has it, so that the new screen is read out. */
  readonly focusTitle?: boolean;
  readonly children: ComponentChildren;
}

/** A screen's title, way back, and what the service refused last. */
export function Frame({ title, onBack = back, kind = '', focusTitle = true, children }: FrameProps) {
  const texts = useTexts();
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focusTitle) heading.current?.focus();
  }, []);
  return (
    <section class={`screen ${kind}`} aria-labelledby={id}>
      <div class="title-row">
        {onBack !== null && (
          <button type="button" class="quiet back" onClick={onBack}>
            <Icon name="back" />
            {texts('action.back')}
          </button>
        )}
        <h1 id={id} ref={heading} tabIndex={-1}>
          {title}
        </h1>
      </div>
      <Refusal />
      {children}
    </section>
  );
}

export function Refusal() {
  const texts = useTexts();
  const problem = useStore((state) => state.problem);
  return (
    <div role="alert" class="refusal-place">
      {problem !== undefined && <p class="refusal">{texts.code('error', problem)}</p>}
    </div>
  );
}
