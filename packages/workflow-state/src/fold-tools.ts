import type { EventOf, ToolCallState } from '@runtape/events';
import { withoutUndefined } from './without-undefined.ts';

/** Characters of output that all calls keep together. */
const MOST_OUTPUT = 2_000_000;

type ToolEvent = EventOf<'tool:called' | 'tool:returned'>;

/**
 * Adds a call, or completes the one that returned. Models repeat call ids, so it is the latest that
 * still runs.
 */
export function foldTool(tools: ToolCallState[], event: ToolEvent): ToolCallState[] {
  if (event.type === 'tool:called') return [...tools, called(event)];
  const { callId, ok, summary, output, truncated, durationMs } = event.data;
  const index = tools.findLastIndex((tool) => tool.callId === callId && tool.status === 'running');
  const call = tools[index];
  const returned = {
    status: ok ? 'ok' : 'failed',
    summary,
    output,
    truncated,
    durationMs,
  } as const;
  return forgetOutputs(
    call === undefined
      ? [...tools, { ...called(event), ...returned }]
      : tools.with(index, { ...call, ...returned }),
  );
}

/**
 * Empties the outputs of the oldest calls. Only what it keeps counts, so a fold may begin at any
 * state.
 */
function forgetOutputs(tools: ToolCallState[]): ToolCallState[] {
  let left = MOST_OUTPUT;
  const oldestKept = tools.findLastIndex(({ output }) => (left -= output.length) < 0) + 1;
  if (oldestKept === 0) return tools;
  return tools.map((tool, index) =>
    index < oldestKept && tool.output !== '' ? { ...tool, output: '', truncated: true } : tool,
  );
}

/**
 * A call whose `tool:called` was not among the events (a reader may leave types out) shows without
 * its arguments.
 */
function called({ type, data, timestamp, metadata }: ToolEvent): ToolCallState {
  return withoutUndefined({
    callId: data.callId,
    name: data.name,
    agentId: data.agentId,
    arguments: type === 'tool:called' ? data.arguments : null,
    status: 'running',
    summary: '',
    output: '',
    truncated: false,
    startedAt: timestamp,
    durationMs: null,
    step: metadata?.step,
  });
}
