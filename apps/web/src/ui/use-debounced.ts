import { useEffect, useState } from 'react';

/**
 * Returns a value once it has stopped changing.
 * @param forMs how long it must stay the same, in ms.
 */
export function useDebounced<Value>(value: Value, forMs: number): Value {
  const [stable, setStable] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setStable(value), forMs);
    return () => clearTimeout(timer);
  }, [value, forMs]);
  return stable;
}
