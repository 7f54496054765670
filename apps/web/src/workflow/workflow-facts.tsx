import { clsx } from 'clsx';
import type { WorkflowSnapshot } from '@runtape/events';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { formatDuration } from '../format/duration.ts';
import { formatCost, formatCount } from '../format/numbers.ts';
import { useNow } from '../format/use-now.ts';
import type { PastMoment } from './moment.ts';

/** Duration, rate, tokens and cost. On a phone they have their own line. */
export function Facts(props: {
  readonly workflow: WorkflowSnapshot;
  readonly past: PastMoment | null;
}): ReactNode {
  const { workflow, past } = props;
  const { status, startedAt, endedAt } = workflow;
  const spending = currentSpending(workflow);
  const running = startedAt !== null && endedAt === null && past === null;
  const clock = useNow(1000, running);
  const now = past?.at ?? clock;
  const rateNow = useTokenRate(workflow, running);
  const rate = past === null ? rateNow : Math.round(past.rate) || null;
  return (
    <div
      className={clsx(
        'flex flex-wrap gap-x-4 gap-y-2 empty:hidden sm:contents',
        // The duration alone does not need its own line.
        spending !== null && 'basis-full',
      )}
    >
      {startedAt !== null && (
        <span>
          {formatDuration((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt))}
        </span>
      )}
      {status === 'running' && rate !== null && <span>{formatCount(rate)} tokens/s</span>}
      {spending !== null && <span>{formatCount(spending.tokens)} tokens</span>}
      {spending !== null && <span>{formatCost(spending.cost)}</span>}
    </div>
  );
}

const RATE_MS = 1000;
/** The page receives characters, not tokens; English has about four per token. */
const CHARS_PER_TOKEN = 4;

/** The approximate tokens per second; `null` while no text grows. */
function useTokenRate(workflow: WorkflowSnapshot, running: boolean): number | null {
  const chars = workflow.parts.reduce((sum, { text }) => sum + text.length, 0);
  const latest = useRef(chars);
  const [rate, setRate] = useState<number | null>(null);
  useEffect(() => {
    latest.current = chars;
  }, [chars]);
  useEffect(() => {
    if (!running) return undefined;
    let before = latest.current;
    const timer = setInterval(() => {
      const grown = latest.current - before;
      before = latest.current;
      setRate(grown > 0 ? Math.max(1, Math.round(grown / CHARS_PER_TOKEN)) : null);
    }, RATE_MS);
    return () => clearInterval(timer);
  }, [running]);
  return rate;
}

interface Spending {
  readonly tokens: number;
  /** In US dollars; `null` if unknown. */
  readonly cost: number | null;
}

/**
 * Returns the spending of a workflow: its own total once it has ended, until then the sum of its
 * agents.
 * @returns `null` while nothing is known.
 */
export function currentSpending(
  workflow: Pick<WorkflowSnapshot, 'usage' | 'cost' | 'agents'>,
): Spending | null {
  const { usage, cost, agents } = workflow;
  const own = toSpending({ usage, cost });
  if (own !== null) return own;
  const each = agents.map(toSpending).filter((spending) => spending !== null);
  if (each.length === 0) return null;
  return {
    tokens: each.reduce((sum, { tokens }) => sum + tokens, 0),
    // If one cost is unknown, so is the sum.
    cost: each.reduce<number | null>(
      (sum, { cost: next }) => (sum === null || next === null ? null : sum + next),
      0,
    ),
  };
}

function toSpending({ usage, cost }: Pick<WorkflowSnapshot, 'usage' | 'cost'>): Spending | null {
  return usage === null ? null : { tokens: usage.totalTokens, cost };
}
