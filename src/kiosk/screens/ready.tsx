import { useCallback, useEffect, useRef } from 'preact/hooks';
import type { ScreenMethodView } from '../../http/kiosk/contract.js';
import { go } from '../actions/navigate.js';
import { openWay } from '../actions/open.js';
import { start } from '../actions/verify.js';
import { useCardReader } from '../keys.js';
import { Refusal } from '../parts/frame.js';
import { Icon } from '../parts/icons.js';
import { useStore, useTexts, wordsOfSite } from '../store.js';

/** The first screen: every way in at the same size and the same number of steps, the face never the first (D4, M10.2). */
export function Ready() {
  const texts = useTexts();
  const site = useStore((state) => state.site);
  const purpose = useStore((state) => wordsOfSite(state)?.purpose) ?? '';
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const cards = site?.methods.some(({ method, works }) => method === 'card' && works) ?? false;
  const onCard = useCallback(
    (cardNumber: string) => {
      if (cards) void start('card', 'card', { cardNumber });
      else go({ name: 'unusable', method: 'card' });
    },
    [cards],
  );
  const onTyped = useCallback((typed: string) => cards && go({ name: 'card', typed }), [cards]);
  useCardReader(onCard, onTyped);
  if (site === undefined) return null;
  const focused =
    site.methods.find(({ method, works }) => works && method !== 'face') ??
    site.methods.find(({ method }) => method !== 'face');
  return (
    <section class="ready" aria-labelledby="title">
      <div class="ready-words">
        <h1 id="title">{texts('ready.title')}</h1>
        <p>{texts('ready.purpose', { purpose })}</p>
      </div>
      <Refusal />
      <ul class="tiles">
        {site.methods.map((view) => (
          <li key={view.method}>
            <Tile view={view} focusRef={view === focused ? first : null} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface TileProps {
  readonly view: ScreenMethodView;
  readonly focusRef: { current: HTMLButtonElement | null } | null;
}

function Tile({ view: { method, works, reason }, focusRef }: TileProps) {
  const texts = useTexts();
  const hint = works ? texts(`ready.${method}`) : texts.code('face-mode', reason ?? 'other');
  return (
    <button type="button" ref={focusRef} class={works ? 'tile' : 'tile unusable'} onClick={() => openWay(method)}>
      <Icon name={method} />
      <span class="tile-name">{texts(`method.${method}.name`)}</span>
      <span class="tile-hint">
        {!works && <strong>{texts('ready.unusable')} </strong>}
        {hint}
      </span>
    </button>
  );
}
