import type { EmittedEvent } from '@runtape/events';
import type { Agent, AgentIntro } from '../define/agent.ts';
import { type Meter, type Spent, addSpent, NOTHING } from '../define/spending.ts';
import { AgentProgress } from './agent-progress.ts';
import { failureOf } from '../lifecycle/failure-of.ts';
import type { Ledger } from './ledger.ts';

export interface AgentOptions<Result> {
  readonly summary: ((result: Result) => string) | undefined;
  /** Emits as the context does: not after an abort. */
  readonly emit: (event: EmittedEvent) => Promise<void>;
  /** Emits also after an abort, until the last event is written. */
  readonly emitLast: (event: EmittedEvent) => Promise<void>;
  readonly ledger: Pick<Ledger, 'meter'>;
  /** When each agent's last progress was written, in ms since 1970. */
  readonly writtenAt: Map<string, number>;
  readonly signal: AbortSignal;
  /** In ms since 1970. */
  readonly now: () => number;
}

/** See `WorkflowContext.agent`. */
export async function runAgent<Result>(
  { agentId, name, role, model }: AgentIntro,
  run: (agent: Agent) => Promise<Result>,
  { summary, ...options }: AgentOptions<Result>,
): Promise<Result> {
  const { emit, signal, now } = options;
  const startedAt = now();
  const durationMs = (): number => Math.max(0, now() - startedAt);
  await emit({ type: 'agent:started', data: { agentId, name, role, model } });
  const running = createAgent(agentId, options);
  let result: Result;
  try {
    result = await run(running.agent);
    signal.throwIfAborted();
    await running.end();
  } catch (error) {
    await running.end().catch(() => undefined);
    signal.throwIfAborted();
    const { failure } = failureOf(error);
    const data = { agentId, durationMs: durationMs(), error: failure };
    await emit({ type: 'agent:failed', data });
    throw error;
  }
  const data = {
    agentId,
    durationMs: durationMs(),
    ...running.spent(),
    summary: summary?.(result),
  };
  await emit({ type: 'agent:completed', data });
  return result;
}

interface RunningAgent {
  readonly agent: Agent;
  readonly spent: () => Spent;
  /** Writes the last state. */
  readonly end: () => Promise<void>;
}

function createAgent(
  agentId: string,
  options: Omit<AgentOptions<unknown>, 'summary'>,
): RunningAgent {
  const { emit, emitLast, ledger, signal } = options;
  const progress = new AgentProgress({ ...options, agentId, emit: emitLast });
  let spent = NOTHING;
  const meter = (): Meter =>
    ledger.meter((added) => {
      spent = addSpent(spent, added);
      const { usage, cost } = spent;
      void progress.report({ cost, ...(usage !== null && { usage }) }).catch(() => undefined);
    });
  const agent: Agent = {
    agentId,
    progress: async (update) => {
      signal.throwIfAborted();
      await progress.report(update);
    },
    log: (level, message, fields) =>
      emit({ type: 'log:created', data: { level, message, agentId, fields } }),
    spend: (added) => meter().count(added),
    meter,
  };
  return { agent, spent: () => spent, end: () => progress.end() };
}
