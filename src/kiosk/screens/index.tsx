import { currentScreen } from '../actions/navigate.js';
import { type Screen, useStore } from '../store.js';
import { Card } from './card.js';
import { Face } from './face.js';
import { Pairing } from './pairing.js';
import { Pin } from './pin.js';
import { Ready } from './ready.js';
import { Unusable } from './unusable.js';
import { VerificationScreen } from './verification.js';

/** A verification covers what was shown; it comes back when that is over. */
export function ShownScreen() {
  const pairing = useStore((state) => state.pairing);
  const verification = useStore((state) => (state.proving ? undefined : state.verification));
  const screen = useStore(({ screens }) => currentScreen(screens));
  if (pairing === 'unknown') return null;
  if (pairing === 'needed') return <Pairing />;
  if (verification !== undefined) return <VerificationScreen key={verification.verificationId} view={verification} />;
  return <Named key={screen.name} screen={screen} />;
}

function Named({ screen }: { screen: Screen }) {
  switch (screen.name) {
    case 'ready':
      return <Ready />;
    case 'card':
      return <Card typed={screen.typed} />;
    case 'pin':
      return <Pin />;
    case 'face':
      return <Face />;
    case 'unusable':
      return <Unusable method={screen.method} />;
    default:
      return null;
  }
}
