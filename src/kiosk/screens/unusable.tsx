import type { ScreenMethod } from '../../http/kiosk/contract.js';
import { openWay } from '../actions/open.js';
import { Frame } from '../parts/frame.js';
import { Ways } from '../parts/ways.js';
import { useStore, useTexts } from '../store.js';

/** Why a way in cannot be used now, and which can. */
export function Unusable({ method }: { method: ScreenMethod }) {
  const texts = useTexts();
  const methods = useStore(({ site }) => site?.methods) ?? [];
  const view = methods.find((one) => one.method === method);
  return (
    <Frame title={texts('unusable.title', { method: texts(`method.${method}.name`) })}>
      <p class="lead">{texts.code('face-mode', view?.reason ?? 'other')}</p>
      <p>{texts('unusable.text')}</p>
      <Ways except={method} onChoose={openWay} />
    </Frame>
  );
}
