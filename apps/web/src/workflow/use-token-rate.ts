import type { WorkflowSnapshot } from '@runtape/events';
import { useEffect, useRef, useState } from 'react';

const EVERY_MS = 1000;
/** Models count in tokens, we see letters: about four of them a token in English text. */
const LETTERS_PER_TOKEN = 4;

/** About how many tokens a second arrive now, or `null` while no text grows. */
export function useTokenRate(workflow: WorkflowSnapshot, running: boolean): number | null {
  const letters = workflow.parts.reduce((sum, { text }) => sum + text.length, 0);
  const latest = useRef(letters);
  const [rate, setRate] = useState<number | null>(null);
  useEffect(() => {
    latest.current = letters;
  }, [letters]);
  useEffect(() => {
    if (!running) return undefined;
    let before = latest.current;
    const timer = setInterval(() => {
      const grown = latest.current - before;
      before = latest.current;
      setRate(grown > 0 ? Math.max(1, Math.round(grown / LETTERS_PER_TOKEN)) : null);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [running]);
  return rate;
}
