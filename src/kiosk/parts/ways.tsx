import type { ScreenMethod } from '../../http/kiosk/contract.js';
import { useStore, useTexts } from '../store.js';
import { Icon } from './icons.js';

interface WaysProps {
  /** The way that is being used now, or was; the others are offered. Left out: all. */
  readonly except?: ScreenMethod;
  readonly title?: string;
  readonly onChoose: (method: ScreenMethod) => void;
}

/** "You may use your card or PIN instead": always as buttons that do it (M10.2). */
export function Ways({ except, title, onChoose }: WaysProps) {
  const texts = useTexts();
  const methods = useStore(({ site }) => site?.methods) ?? [];
  const offered = methods.filter(({ method, works }) => works && method !== except);
  if (offered.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields; these are buttons.
    <div class="ways" role="group" aria-label={title ?? texts('ways.title')}>
      <p class="ways-title">{title ?? texts('ways.title')}</p>
      <div class="choices">
        {offered.map(({ method }) => (
          <button key={method} type="button" class="choice" onClick={() => onChoose(method)}>
            <Icon name={method} />
            {texts(`method.${method}.use`)}
          </button>
        ))}
      </div>
    </div>
  );
}
