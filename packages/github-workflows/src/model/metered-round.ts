import type { Meter, Spent } from '@runtape/engine';
import type OpenAI from 'openai';
import type { Model } from './model-client.ts';
import { costOf, priceOf } from './prices.ts';
import { type RoundAnswer, type RoundRequest, streamRound } from './stream-round.ts';

/** A high value for code, so that estimates are too low rather than too high. */
const CHARS_PER_TOKEN = 4;

/** The usage recorder of a workflow, or of an agent within it. */
export interface Spender {
  meter(): Meter;
}

export interface MeteredAnswer extends RoundAnswer {
  readonly spent: Spent;
}

/**
 * Asks the model once, streams its answer and meters it: by an estimate while it streams, so that a
 * budget can stop it, and finally by the usage it reports.
 * @throws as `streamRound`.
 */
export async function meteredRound(
  spender: Spender,
  model: Model,
  request: RoundRequest,
): Promise<MeteredAnswer> {
  using meter = spender.meter();
  const inputTokens = Math.ceil(charsOf(request.messages) / CHARS_PER_TOKEN);
  const { thoughts } = request;
  const price = priceOf(model.name, model.prices);
  let written = 0;
  // Starts with the first text, because refused requests are free. Thoughts cost as much as text.
  const countOutput = (text: string): void => {
    written += text.length;
    const outputTokens = Math.ceil(written / CHARS_PER_TOKEN);
    const usage = { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
    meter.estimate({ usage, cost: costOf(price, usage) });
  };
  const answer = await streamRound(model, {
    ...request,
    onText: async (text) => {
      countOutput(text);
      await request.onText(text);
    },
    thoughts: {
      add: async (text) => {
        countOutput(text);
        await thoughts?.add(text);
      },
      end: async () => thoughts?.end(),
      turnIntoThought: async (text) => thoughts?.turnIntoThought(text),
    },
  });
  const { usage } = answer;
  const spent = { usage, cost: costOf(price, usage) };
  await meter.count(spent);
  return { ...answer, spent };
}

function charsOf(messages: readonly OpenAI.ChatCompletionMessageParam[]): number {
  return messages.reduce((sum, { content }) => sum + lengthOf(content), 0);
}

function lengthOf(content: OpenAI.ChatCompletionMessageParam['content']): number {
  return typeof content === 'string' ? content.length : JSON.stringify(content ?? '').length;
}
