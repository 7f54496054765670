import type { Completion, Delta } from './completion.ts';

/** The JSON body of a non-streaming answer. */
export function wholeBody(completion: Completion): unknown {
  return {
    ...heading(completion, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', errorResponse: null, ...joined(completion.deltas) },
        logprobs: null,
        finish_reason: completion.finishReason,
      },
    ],
    usage: completion.usage,
  };
}

/** The chunks of a streamed answer: the first, one per delta, and the last ones. */
export function chunkBodies(
  completion: Completion,
  includeUsage: boolean,
): { first: unknown; of: (delta: Delta) => unknown; last: unknown[] } {
  const chunk = (delta: object, finishReason: Completion['finishReason'] | null): unknown => ({
    ...heading(completion, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    ...(includeUsage && { usage: null }),
  });
  const usage = {
    ...heading(completion, 'chat.completion.chunk'),
    choices: [],
    usage: completion.usage,
  };
  const callsTools = completion.deltas[0]?.tool_calls !== undefined;
  return {
    first: chunk({ role: 'assistant', content: callsTools ? null : '', errorResponse: null }, null),
    of: (delta) => chunk(delta, null),
    last: [chunk({}, completion.finishReason), ...(includeUsage ? [usage] : [])],
  };
}

function heading(completion: Completion, object: string): object {
  return {
    id: completion.id,
    object,
    created: completion.created,
    model: completion.model,
    service_tier: 'default',
    system_fingerprint: 'fp_runtape_demo',
  };
}

function joined(deltas: readonly Delta[]): object {
  const text = deltas.map((delta) => delta.content ?? '').join('');
  const calls: { id: string; type: 'function'; function: { name: string; arguments: string } }[] =
    [];
  for (const { tool_calls: [piece] = [] } of deltas) {
    if (piece === undefined) continue;
    const call = (calls[piece.index] ??= {
      id: piece.id ?? '',
      type: 'function',
      function: { name: piece.function.name ?? '', arguments: '' },
    });
    call.function.arguments += piece.function.arguments;
  }
  return calls.length === 0 ? { content: text } : { content: null, tool_calls: calls };
}
