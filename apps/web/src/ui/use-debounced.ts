import { useEffect, useState } from 'react';

/**
 * What somebody types, once they pause.
 * @param forMs how long nothing may have changed, in ms.
 */
export function useDebounced<Value>(value: Value, forMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), forMs);
    return () => clearTimeout(timer);
  }, [value, forMs]);
  return settled;
}
