// A value outside of all views; components that use it are drawn again when it changes.
import { useEffect, useState } from './vendor/preact-htm.js';

export function store(value) {
  const listeners = new Set();
  const self = {
    get: () => value,
    set(next) {
      value = next;
      listeners.forEach((listener) => listener(value));
    },
    use() {
      const [shown, show] = useState({ value });
      useEffect(() => {
        const listener = (next) => show({ value: next });
        listeners.add(listener);
        listener(value);
        return () => listeners.delete(listener);
      }, []);
      return shown.value;
    },
  };
  return self;
}
