import { useContext, useEffect, useState } from 'react';
import { ServerClockContext } from './server-clock.ts';

/** The time of the server, in ms since 1970, kept up to date every `everyMs` while `running`. */
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
