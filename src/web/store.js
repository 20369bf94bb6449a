// A value that outlives a view and tells the components that show it.
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
