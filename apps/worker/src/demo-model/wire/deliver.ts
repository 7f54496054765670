import type { ServerResponse } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Failure } from '../failures.ts';
import type { Completion, Delta } from './completion.ts';
import { openEventStream } from './event-stream.ts';
import { chunkBodies, wholeBody } from './response-body.ts';

/** How to send an answer: its pace, and its failure. */
export interface Delivery {
  readonly tokensPerSecond: number;
  readonly failure: Failure | 'ok';
  readonly beforeToken: BeforeToken;
  /** Aborts when the connection is closed; every wait rejects with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Called before each token of a streamed text, which waits until it resolves.
 * @param written the text so far.
 * @param signal aborts when the client has disconnected.
 */
export type BeforeToken = (written: string, signal: AbortSignal) => Promise<void>;

export type DeliveryOutcome = 'completed' | 'failed';

/** A malformed chunk: only its start. */
const BROKEN_JSON = '{"id":"chatcmpl-demo","object":"chat.completion.chunk","choices":[{"index":0,';

/** Streams an answer as server-sent events, token by token. */
export async function streamAnswer(
  response: ServerResponse,
  completion: Completion,
  includeUsage: boolean,
  delivery: Delivery,
): Promise<DeliveryOutcome> {
  const { failure, beforeToken, signal } = delivery;
  const stream = openEventStream(response, signal);
  const chunks = chunkBodies(completion, includeUsage);
  const split = failure !== 'ok' && failure.kind === 'split_emoji' ? failure : undefined;
  const send = split !== undefined && split.across !== 'deltas' ? stream.sendSplit : stream.send;

  let written = '';
  await send(JSON.stringify(chunks.first));
  for await (const delta of paced(completion, delivery)) {
    if (delta.content !== undefined) await beforeToken(written, signal);
    written += delta.content ?? '';
    for (const part of split?.across === 'deltas' ? splitSurrogates(delta) : [delta]) {
      await send(JSON.stringify(chunks.of(part)));
    }
  }
  if (failure !== 'ok' && failure.kind === 'cut') {
    await stream.cut();
    return 'failed';
  }
  if (failure !== 'ok' && failure.kind === 'malformed_chunk') {
    await stream.send(BROKEN_JSON);
    await stream.end();
    return 'failed';
  }
  for (const chunk of chunks.last) await send(JSON.stringify(chunk));
  await send('[DONE]');
  await stream.end();
  return 'completed';
}

/**
 * Waits for the time that all tokens take.
 * @returns the outcome, and the body of a non-streaming answer unless the connection was cut.
 */
export async function wholeAnswer(
  response: ServerResponse,
  completion: Completion,
  delivery: Delivery,
): Promise<{ outcome: DeliveryOutcome; body?: string }> {
  const { failure } = delivery;
  for await (const _ of paced(completion, delivery));
  if (failure !== 'ok' && failure.kind === 'cut') {
    response.destroy();
    return { outcome: 'failed' };
  }
  if (failure !== 'ok' && failure.kind === 'malformed_chunk') {
    return { outcome: 'failed', body: BROKEN_JSON };
  }
  return { outcome: 'completed', body: JSON.stringify(wholeBody(completion)) };
}

/**
 * Yields the deltas before a failure at a steady rate, measured from the first, so that slow writes
 * do not add up. Waits at least one turn of the event loop before each, even at `Infinity`, to
 * notice a closed socket between two deltas.
 */
async function* paced(
  { deltas }: Completion,
  { failure, tokensPerSecond, signal }: Delivery,
): AsyncGenerator<Delta> {
  const isSlow = failure !== 'ok' && failure.kind === 'slow';
  const perSecond = isSlow ? failure.tokensPerSecond : tokensPerSecond;
  const count = failure !== 'ok' && 'afterTokens' in failure ? failure.afterTokens : Infinity;
  const startedAt = performance.now();
  for (const [index, delta] of deltas.slice(0, count).entries()) {
    const dueIn = startedAt + (index / perSecond) * 1000 - performance.now();
    if (dueIn > 0) await setTimeout(dueIn, undefined, { signal });
    else await setImmediate(undefined, { signal });
    yield delta;
  }
}

/** Splits a delta within each character outside the basic plane. */
function splitSurrogates(delta: Delta): Delta[] {
  if (delta.content === undefined) return [delta];
  return delta.content
    .split(/(?<=[\uD800-\uDBFF])(?=[\uDC00-\uDFFF])/)
    .map((content) => ({ content }));
}
