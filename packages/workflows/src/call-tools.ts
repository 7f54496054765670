import type { WorkflowContext } from '@runtape/engine';
import type OpenAI from 'openai';
import { z } from 'zod';
import type { ToolCall } from './model/collect-tool-calls.ts';
import type { Repository } from './repository/repository.ts';
import type { Sources } from './sources.ts';
import type { ToolBox } from './tools/tool-box.ts';
import { truncate } from './truncate.ts';

/** More calls in one round are refused; the model may ask again. */
const MAX_CALLS = 8;
const MAX_SHOWN_CHARS = 20_000;
const MAX_SUMMARY_CHARS = 200;
const MAX_ARGUMENTS_CHARS = 4_000;

type ToolMessage = OpenAI.ChatCompletionToolMessageParam & { content: string };

export interface ToolRound {
  readonly calls: readonly ToolCall[];
  /** From 1 within the attempt. */
  readonly round: number;
  readonly toolBox: ToolBox;
  readonly repository: Repository;
  readonly sources: Sources;
  /** Who calls, where a workflow has several agents. */
  readonly agentId?: string | undefined;
}

/** Answers the tool calls of one round, one after the other, and shows each call and its result as events. */
export async function callTools(
  ctx: WorkflowContext,
  { calls, round, ...shelf }: ToolRound,
): Promise<ToolMessage[]> {
  const messages: ToolMessage[] = [];
  for (const [index, call] of calls.entries()) {
    // A model's own ids need not be unique, and a second attempt would repeat them.
    const callId = `${ctx.attempt}-${round}-${index + 1}`;
    const content =
      index < MAX_CALLS
        ? await callTool(ctx, callId, call, shelf)
        : `Error: at most ${MAX_CALLS} calls are answered at once. Ask again if you still need it.`;
    messages.push({ role: 'tool', tool_call_id: call.id, content });
  }
  return messages;
}

async function callTool(
  ctx: WorkflowContext,
  callId: string,
  call: ToolCall,
  { toolBox, repository, sources, agentId }: Omit<ToolRound, 'calls' | 'round'>,
): Promise<string> {
  const name = truncate(call.name, 64).text;
  const input = parseArguments(call.arguments);
  await ctx.emit({
    type: 'tool:called',
    data: { callId, name, agentId, arguments: shownArguments(input) },
  });
  const startedAt = performance.now();
  const { ok, summary, output, read } = await toolBox.call(name, input, {
    repository,
    signal: ctx.signal,
  });
  if (read !== undefined) sources.add(read);
  const shown = truncate(output, MAX_SHOWN_CHARS);
  await ctx.emit({
    type: 'tool:returned',
    data: {
      callId,
      name,
      agentId,
      ok,
      summary: truncate(summary, MAX_SUMMARY_CHARS).text,
      output: shown.text,
      truncated: shown.omitted > 0,
      durationMs: Math.round(performance.now() - startedAt),
    },
  });
  return output;
}

/** What is no JSON stays text; the tool's schema refuses it, and the model is told. */
function parseArguments(text: string): z.core.util.JSONType {
  try {
    return z.json().parse(JSON.parse(text === '' ? '{}' : text));
  } catch {
    return text.toWellFormed();
  }
}

function shownArguments(input: z.core.util.JSONType): z.core.util.JSONType {
  const text = JSON.stringify(input);
  return text.length <= MAX_ARGUMENTS_CHARS ? input : truncate(text, MAX_ARGUMENTS_CHARS).text;
}
