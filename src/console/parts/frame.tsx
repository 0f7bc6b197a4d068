import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useStore, useTexts } from '../store.js';

interface FrameProps {
  readonly title: string;
  readonly kind?: string;
  /** A field takes the focus itself; otherwise the title has it, so that the new screen is read out. */
  readonly focusTitle?: boolean;
  readonly children: ComponentChildren;
}

/** A screen's title, what was just done, and what the service refused last. */
export function Frame({ title, kind = '', focusTitle = true, children }: FrameProps) {
  const texts = useTexts();
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focusTitle) heading.current?.focus();
  }, []);
  useEffect(() => {
    document.title = `${title} · ${texts('app.name')}`;
  }, [title]);
  return (
    <section class={`screen ${kind}`} aria-labelledby={id}>
      <h1 id={id} ref={heading} tabIndex={-1}>
        {title}
      </h1>
      <Said />
      {children}
    </section>
  );
}

function Said() {
  const texts = useTexts();
  const done = useStore((state) => state.done);
  const refusal = useStore((state) => state.refusal);
  return (
    <>
      <div role="status" class="said">
        {done !== undefined && <p class="done">{texts(done)}</p>}
      </div>
      <div role="alert" class="said">
        {refusal !== undefined && (
          <div class="refusal">
            <p>{texts.code('error', refusal.code)}</p>
            {refusal.detail !== undefined && (
              <p class="detail" lang="en">
                {refusal.detail}
              </p>
            )}
          </div>
        )}
      </div>
    </>
  );
}
