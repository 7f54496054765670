import type { EventOf, ToolCallState } from '@runtape/events';
import { withoutUndefined } from './without-undefined.ts';

/** The limit for the outputs of all calls together, in characters. */
const MAX_OUTPUT_CHARS = 2_000_000;

type ToolEvent = EventOf<'tool:called' | 'tool:returned'>;

/**
 * Adds a call, or completes the one that returned. Models repeat call ids, so it is the latest one
 * that is still running.
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
  return dropOutputs(
    call === undefined
      ? [...tools, { ...called(event), ...returned }]
      : tools.with(index, { ...call, ...returned }),
  );
}

/**
 * Empties the outputs of the oldest calls. Only retained outputs count, so a fold may begin at any
 * state.
 */
function dropOutputs(tools: ToolCallState[]): ToolCallState[] {
  let left = MAX_OUTPUT_CHARS;
  const oldestKept = tools.findLastIndex(({ output }) => (left -= output.length) < 0) + 1;
  if (oldestKept === 0) return tools;
  return tools.map((tool, index) =>
    index < oldestKept && tool.output !== '' ? { ...tool, output: '', truncated: true } : tool,
  );
}

/**
 * Creates a call. It has no arguments if its `tool:called` event is missing, because readers may
 * filter out types.
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
