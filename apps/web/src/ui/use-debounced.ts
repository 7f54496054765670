import { useEffect, useState } from 'react';

/**
 * The value after it has not changed for some time.
 * @param forMs that time, in ms.
 */
export function useDebounced<Value>(value: Value, forMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), forMs);
    return () => clearTimeout(timer);
  }, [value, forMs]);
  return settled;
}
