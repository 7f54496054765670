import type { ServerResponse } from 'node:http';
import type { Failure } from './failures.ts';
import type { Completion, Delta } from './wire/completion.ts';
import { openEventStream } from './wire/event-stream.ts';
import { paced } from './wire/pace.ts';
import { chunkBodies, wholeBody } from './wire/response-body.ts';

/** How an answer is to be given: at what pace, and what goes wrong on the way. */
export interface Delivery {
  readonly tokensPerSecond: number;
  readonly failure: Failure | 'ok';
  readonly mayGoOn: MayGoOn;
  /** Aborts when the connection is gone; every wait rejects with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Asked before each token of a streamed text, which waits until it resolves.
 * @param written the text so far.
 * @param signal aborts when nobody reads the answer any more.
 */
export type MayGoOn = (written: string, signal: AbortSignal) => Promise<void>;

export type DeliveryOutcome = 'completed' | 'failed';

/** The start of a chunk: what a malformed chunk looks like. */
const brokenJson = '{"id":"chatcmpl-demo","object":"chat.completion.chunk","choices":[{"index":0,';

/** Streams an answer as server-sent events, token by token. */
export async function streamAnswer(
  response: ServerResponse,
  completion: Completion,
  includeUsage: boolean,
  { tokensPerSecond, failure, mayGoOn, signal }: Delivery,
): Promise<DeliveryOutcome> {
  const stream = openEventStream(response, signal);
  const chunks = chunkBodies(completion, includeUsage);
  const splits = failure !== 'ok' && failure.kind === 'split_emoji' ? failure : undefined;
  const send = splits !== undefined && splits.across !== 'deltas' ? stream.sendBroken : stream.send;

  let written = '';
  await send(JSON.stringify(chunks.first));
  for await (const delta of paced(
    completion.deltas.slice(0, tokensBefore(failure)),
    pace(failure, tokensPerSecond),
    signal,
  )) {
    if (delta.content !== undefined) await mayGoOn(written, signal);
    written += delta.content ?? '';
    for (const part of splits?.across === 'deltas' ? surrogatesApart(delta) : [delta]) {
      await send(JSON.stringify(chunks.of(part)));
    }
  }
  if (failure !== 'ok' && failure.kind === 'cut') {
    await stream.cut();
    return 'failed';
  }
  if (failure !== 'ok' && failure.kind === 'malformed_chunk') {
    await stream.send(brokenJson);
    await stream.end();
    return 'failed';
  }
  for (const chunk of chunks.last) await send(JSON.stringify(chunk));
  await send('[DONE]');
  await stream.end();
  return 'completed';
}

/** The body of an answer in one piece, after the time all its tokens take; no body when the connection was cut. */
export async function wholeAnswer(
  response: ServerResponse,
  completion: Completion,
  { tokensPerSecond, failure, signal }: Delivery,
): Promise<{ outcome: DeliveryOutcome; body?: string }> {
  const awaited = completion.deltas.slice(0, tokensBefore(failure));
  for await (const _ of paced(awaited, pace(failure, tokensPerSecond), signal));
  if (failure !== 'ok' && failure.kind === 'cut') {
    response.destroy();
    return { outcome: 'failed' };
  }
  if (failure !== 'ok' && failure.kind === 'malformed_chunk') {
    return { outcome: 'failed', body: brokenJson };
  }
  return { outcome: 'completed', body: JSON.stringify(wholeBody(completion)) };
}

function tokensBefore(failure: Failure | 'ok'): number {
  return failure !== 'ok' && 'afterTokens' in failure ? failure.afterTokens : Infinity;
}

function pace(failure: Failure | 'ok', usual: number): number {
  return failure !== 'ok' && failure.kind === 'slow' ? failure.tokensPerSecond : usual;
}

/** Parts a delta between the two halves of each character outside the basic plane. */
function surrogatesApart(delta: Delta): Delta[] {
  if (delta.content === undefined) return [delta];
  return delta.content
    .split(/(?<=[\uD800-\uDBFF])(?=[\uDC00-\uDFFF])/)
    .map((content) => ({ content }));
}
