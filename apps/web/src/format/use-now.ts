import { useContext, useEffect, useState } from 'react';
import { ServerClockContext } from './server-clock.ts';

/** The server's time in ms since 1970, updated every `everyMs` while `running`. */
export function useNow(everyMs: number, running = true): number {
  const clock = useContext(ServerClockContext);
  const [now, setNow] = useState(clock.now);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNow(clock.now()), everyMs);
    return () => clearInterval(timer);
  }, [clock, everyMs, running]);
  return now;
}
