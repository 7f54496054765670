import type { Usage, WorkflowSnapshot } from '@runtape/events';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { formatDuration } from '../format/duration.ts';
import { formatCost, formatCount } from '../format/money.ts';
import { useNow } from '../format/use-now.ts';
import { cn } from '../ui/class-names.ts';
import type { PastMoment } from './moment.ts';

/** How long it takes, and what it uses. On a phone they share a line of their own. */
export function Facts(props: {
  readonly workflow: WorkflowSnapshot;
  readonly past: PastMoment | null;
}): ReactNode {
  const { workflow, past } = props;
  const { status, startedAt, endedAt } = workflow;
  const spent = spentSoFar(workflow);
  const running = startedAt !== null && endedAt === null && past === null;
  const clock = useNow(1000, running);
  const now = past?.at ?? clock;
  const rateNow = useTokenRate(workflow, running);
  const rate = past === null ? rateNow : Math.round(past.rate) || null;
  return (
    <div
      className={cn(
        'flex flex-wrap gap-x-4 gap-y-2 empty:hidden sm:contents',
        // One alone needs no line of its own.
        spent !== null && 'basis-full',
      )}
    >
      {startedAt !== null && (
        <span>
          {formatDuration((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt))}
        </span>
      )}
      {status === 'running' && rate !== null && <span>{formatCount(rate)} tokens/s</span>}
      {spent !== null && <span>{formatCount(spent.tokens)} tokens</span>}
      {spent !== null && <span>{formatCost(spent.cost)}</span>}
    </div>
  );
}

const EVERY_MS = 1000;
/** Models count in tokens, we see letters: about four of them a token in English text. */
const LETTERS_PER_TOKEN = 4;

/** About how many tokens a second arrive now, or `null` while no text grows. */
function useTokenRate(workflow: WorkflowSnapshot, running: boolean): number | null {
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

/** What was used of a model, and what it cost. */
interface Spent {
  readonly tokens: number;
  /** US dollars; `null`: not known. */
  readonly cost: number | null;
}

interface Spending {
  readonly usage: Usage | null;
  readonly cost: number | null;
}

/**
 * What a workflow has used: what it says itself, at its end, and until then what its agents have
 * used together.
 * @returns `null` while nothing is known.
 */
export function spentSoFar(
  workflow: Pick<WorkflowSnapshot, 'usage' | 'cost' | 'agents'>,
): Spent | null {
  const { usage, cost, agents } = workflow;
  const own = spentOf({ usage, cost });
  if (own !== null) return own;
  const each = agents.map(spentOf).filter((spent) => spent !== null);
  if (each.length === 0) return null;
  return {
    tokens: each.reduce((sum, { tokens }) => sum + tokens, 0),
    // One price that is missing leaves the whole unknown.
    cost: each.reduce<number | null>(
      (sum, spent) => (sum === null || spent.cost === null ? null : sum + spent.cost),
      0,
    ),
  };
}

function spentOf({ usage, cost }: Spending): Spent | null {
  return usage === null ? null : { tokens: usage.totalTokens, cost };
}
