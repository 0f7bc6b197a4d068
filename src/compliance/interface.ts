import type { RouteFact } from './facts.js';
import type { ScreenFacts } from './other-rooms.js';

/**
 * The interface as it is served, over all listeners: each says what it serves, and the gate's screen what stands on it.
 */
export class ServedInterface {
  readonly #routes = new Map<string, RouteFact>();
  #screen: (() => ScreenFacts) | undefined;

  /** One route of one listener; the same on another one counts once, for whoever may call either. */
  serves({ method, url, allow }: RouteFact): void {
    const key = `${method} ${url}`;
    const before = this.#routes.get(key)?.allow ?? [];
    this.#routes.set(key, { method, url, allow: [...new Set([...before, ...allow])] });
  }

  showsScreen(look: () => ScreenFacts): void {
    this.#screen = look;
  }

  routes(): readonly RouteFact[] {
    return [...this.#routes.values()];
  }

  screen(): ScreenFacts | undefined {
    return this.#screen?.();
  }
}
