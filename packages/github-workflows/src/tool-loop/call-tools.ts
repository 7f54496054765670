import type { WorkflowContext } from '@runtape/engine';
import type OpenAI from 'openai';
import { z } from 'zod';
import { cutToTokens, estimateTokens } from '../model/context-size.ts';
import type { ToolCall } from '../model/wire/collect-tool-calls.ts';
import { readArguments } from '../model/wire/read-arguments.ts';
import type { Repository } from '../repository/repository.ts';
import type { Sources } from './sources.ts';
import type { ToolBox, ToolOutcome } from '../tools/tool-box.ts';
import { truncate } from '../text/truncate.ts';

/** Further calls in one round are refused; the model may repeat them. */
const MAX_CALLS = 8;
const MAX_SHOWN_CHARS = 20_000;
const MAX_SUMMARY_CHARS = 200;
const MAX_ARGUMENTS_CHARS = 4_000;
const NO_ROOM =
  '(The rest was left out: the conversation has no room for more. Ask for less at once.)';
/** The tokens of the note about a cut result. */
const NOTE_TOKENS = 40;

type ToolMessage = OpenAI.ChatCompletionToolMessageParam & { content: string };

export interface ToolRound {
  readonly calls: readonly ToolCall[];
  /** From 1 within the attempt. */
  readonly round: number;
  readonly toolBox: ToolBox;
  readonly repository: Repository;
  readonly sources: Sources;
  /** The calling agent, in workflows with several. */
  readonly agentId?: string | undefined;
  /** The room for all results, so that they fit into the model's context. */
  readonly room: ToolRoom;
}

interface ToolRoom {
  readonly chars: number;
  readonly tokens: number;
}

/** Answers the tool calls of one round in sequence, and emits each call and its result. */
export async function callTools(
  ctx: WorkflowContext,
  { calls, round, room, ...context }: ToolRound,
): Promise<ToolMessage[]> {
  const messages: ToolMessage[] = [];
  let { chars, tokens } = room;
  for (const [index, call] of calls.entries()) {
    // A model's ids need not be unique, and a second attempt would repeat them.
    const callId = `${ctx.attempt}-${round}-${index + 1}`;
    // The unused part of a call's share is available to the calls after it.
    const remaining = Math.max(1, Math.min(calls.length, MAX_CALLS) - index);
    const share = { chars: chars / remaining, tokens: tokens / remaining };
    const content =
      index < MAX_CALLS
        ? await callTool(ctx, callId, call, { ...context, room: share })
        : `Error: at most ${MAX_CALLS} calls are answered at once. Ask again if you still need it.`;
    chars -= content.length;
    tokens -= estimateTokens(content);
    messages.push({ role: 'tool', tool_call_id: call.id, content });
  }
  return messages;
}

async function callTool(
  ctx: WorkflowContext,
  callId: string,
  call: ToolCall,
  { toolBox, repository, sources, agentId, room }: Omit<ToolRound, 'calls' | 'round'>,
): Promise<string> {
  const name = truncate(call.name, 64).text;
  const input = readArguments(call.arguments) ?? call.arguments.toWellFormed();
  await ctx.emit('tool:called', { callId, name, agentId, arguments: shownArguments(input) });
  const startedAt = performance.now();
  const outcome = await toolBox.call(name, input, { repository, signal: ctx.signal });
  const { ok, summary } = outcome;
  const { output, read } = fitToRoom(outcome, room);
  if (read !== undefined) sources.add(read);
  const shown = truncate(output, MAX_SHOWN_CHARS);
  await ctx.emit('tool:returned', {
    callId,
    name,
    agentId,
    ok,
    summary: truncate(summary, MAX_SUMMARY_CHARS).text,
    output: shown.text,
    truncated: shown.omitted > 0,
    durationMs: Math.round(performance.now() - startedAt),
  });
  return output;
}

/** The whole lines of a result that fit. */
function fitToRoom(outcome: ToolOutcome, room: ToolRoom): Pick<ToolOutcome, 'output' | 'read'> {
  const { output, read } = outcome;
  if (output.length <= room.chars && estimateTokens(output) <= room.tokens) return outcome;
  const begin = cutToTokens(output.slice(0, Math.max(0, room.chars)), room.tokens - NOTE_TOKENS);
  const lines = begin.slice(0, begin.lastIndexOf('\n') + 1);
  const shown = { output: `${lines}${NO_ROOM}` };
  const count = lines.split('\n').length - 1;
  // The model was not shown the rest, so it cannot cite it.
  if (read === undefined || count === 0) return shown;
  return { ...shown, read: { ...read, to: Math.min(read.to, read.from + count - 1) } };
}

function shownArguments(input: z.core.util.JSONType): z.core.util.JSONType {
  const text = JSON.stringify(input);
  return text.length <= MAX_ARGUMENTS_CHARS ? input : truncate(text, MAX_ARGUMENTS_CHARS).text;
}
