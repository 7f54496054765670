import type { Agent, WorkflowContext } from '@runtape/engine';
import type { ReviewRole } from '@runtape/events';
import type OpenAI from 'openai';
import { z } from 'zod';
import { refuseUnusable } from '../converse.ts';
import { fatal } from '../failures.ts';
import { meteredRound } from '../model/metered-round.ts';
import type { Model } from '../model/model-client.ts';
import { truncate } from '../truncate.ts';

const MAX_REASON_CHARS = 300;
/** Models like to wrap JSON, though they are asked not to. */
const FENCED = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/;

export interface JsonQuestion<Answer> {
  readonly role: ReviewRole;
  readonly model: Model;
  readonly messages: readonly OpenAI.ChatCompletionMessageParam[];
  readonly answer: z.ZodType<Answer>;
}

/**
 * Asks a model for JSON, without anything to call.
 * @throws FatalError `agent_bad_answer` when the answer is something else; otherwise as `meteredRound`.
 */
export async function askJson<Answer>(
  ctx: WorkflowContext,
  agent: Agent,
  { role, model, messages, answer }: JsonQuestion<Answer>,
): Promise<Answer> {
  const round = await meteredRound(agent, model, {
    messages,
    tools: [],
    mayCallTools: false,
    signal: ctx.signal,
    onText: async () => undefined,
  });
  refuseUnusable(round, { callsTools: false, draft: '' });
  const read = answer.safeParse(parseJson(round.text));
  if (read.success) return read.data;
  const reason = truncate(z.prettifyError(read.error).replaceAll(/\s+/g, ' '), MAX_REASON_CHARS);
  throw fatal(
    'agent_bad_answer',
    `The ${role} did not answer in the form it was asked for: ${reason.text}. Start again, or name another model for this role.`,
    read.error,
  );
}

/** What is no JSON is `undefined`, which no schema here accepts. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(FENCED.exec(text)?.[1] ?? text);
  } catch {
    return undefined;
  }
}
