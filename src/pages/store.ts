import { useEffect, useState } from 'preact/hooks';

/** A page's one state: everything that more than one screen knows. */
export interface PageStore<State> {
  get(): State;
  set(change: Partial<State>): void;
  /** A part of the state; the component is drawn again when that part is another one. */
  use<T>(select: (state: State) => T): T;
}

export function makeStore<State extends object>(initial: State): PageStore<State> {
  const listeners = new Set<() => void>();
  let state = initial;
  const get = (): State => state;
  return {
    get,
    set(change) {
      state = { ...state, ...change };
      for (const listener of [...listeners]) listener();
    },
    use(select) {
      const [, redraw] = useState(0);
      const selected = select(state);
      useEffect(() => {
        let last = select(get());
        const listener = () => {
          const next = select(get());
          if (Object.is(next, last)) return;
          last = next;
          redraw((count) => count + 1);
        };
        listeners.add(listener);
        // Between drawing and listening it may have changed.
        if (!Object.is(last, selected)) redraw((count) => count + 1);
        return () => {
          listeners.delete(listener);
        };
      }, []);
      return selected;
    },
  };
}
