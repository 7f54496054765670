import type { EventOf, ToolCallState } from '@runtape/events';
import { withoutUndefined } from './without-undefined.ts';

type ToolEvent = EventOf<'tool:called' | 'tool:returned'>;

/** Adds a call, or completes the one that returned. Models repeat call ids, so it is the latest that still runs. */
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
  if (call === undefined) return [...tools, { ...called(event), ...returned }];
  return tools.with(index, { ...call, ...returned });
}

/** A call whose `tool:called` was not among the events (a reader may leave types out) shows without its arguments. */
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
