import type { ReviewRole } from '../contract/index.ts';
import type { Agent, WorkflowContext } from '@runtape/engine';
import type OpenAI from 'openai';
import { z } from 'zod';
import { fatal } from '../failures.ts';
import { meteredRound } from '../model/metered-round.ts';
import type { Model } from '../model/model-client.ts';
import { ThoughtText } from '../model/thought-text.ts';
import { findJsonObjects } from '../model/wire/find-json.ts';
import { truncate } from '../text/truncate.ts';
import { refuseUnusable } from '../model/refuse-unusable.ts';

const MAX_REASON_CHARS = 300;
/** An answer with more objects than this is invalid. */
const MAX_OBJECTS = 20;
export interface JsonQuestion<Answer> {
  readonly role: ReviewRole;
  readonly model: Model;
  readonly messages: readonly OpenAI.ChatCompletionMessageParam[];
  readonly answer: z.ZodType<Answer>;
}

/**
 * Asks a model for JSON, without tools.
 * @throws FatalError `agent_bad_answer` for any other answer; otherwise as `meteredRound`.
 */
export async function askJson<Answer>(
  ctx: WorkflowContext,
  agent: Agent,
  { role, model, messages, answer }: JsonQuestion<Answer>,
): Promise<Answer> {
  const thoughts = new ThoughtText((token) => ctx.emit('token', token), agent.agentId);
  const round = await meteredRound(agent, model, {
    messages,
    tools: [],
    mayCallTools: false,
    signal: ctx.signal,
    onText: async () => undefined,
    thoughts: {
      add: (piece) => thoughts.add(piece),
      end: () => thoughts.end(),
      turnIntoThought: (piece) => thoughts.show(piece),
    },
  });
  await thoughts.end();
  refuseUnusable(round, { callsTools: false, draft: '' });
  const read = readAnswer(round.text, answer);
  if (read.success) return read.data;
  const reason = truncate(z.prettifyError(read.error).replaceAll(/\s+/g, ' '), MAX_REASON_CHARS);
  throw fatal(
    'agent_bad_answer',
    `The ${role} did not answer in the requested form: ${reason.text}. Start again, or name another model for this role.`,
    read.error,
  );
}

/**
 * The last object in a text that matches the schema, or the error of the last one. Models add
 * sentences and fences, and some repeat the expected form first.
 */
function readAnswer<Answer>(text: string, schema: z.ZodType<Answer>): z.ZodSafeParseResult<Answer> {
  const found = findJsonObjects(text).slice(-MAX_OBJECTS);
  const read = found.map(({ value }) => schema.safeParse(value));
  return read.findLast(({ success }) => success) ?? read.at(-1) ?? schema.safeParse(undefined);
}
