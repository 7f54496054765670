import type { Serving } from '../routes/route.ts';
import {
  type AskedThread,
  type AskedWorkflow,
  streamAsked,
  type StreamPart,
} from '../stream-asked.ts';
import { type ThreadItem, toldOf } from '../threads/thread-item.ts';
import type { Connection } from '../live/connection.ts';
import { FramePump } from '../live/frame-pump.ts';
import { eventStream } from './event-stream.ts';
import type { MessageJson } from './message-frames.ts';

const encoder = new TextEncoder();

export interface SharedEventsOptions {
  readonly request: Request;
  readonly workflows: readonly AskedWorkflow[];
  readonly threads: readonly AskedThread[];
}

/**
 * Answers with many workflows and threads as one stream of server-sent events: `message`, `ended` and `refused`, each naming
 * its workflow, or the subscription of its thread.
 * @throws ApiError `too_many_streams`, `too_many_attempts`: both before the stream opens.
 */
export function sharedEvents(
  serving: Serving,
  { request, workflows, threads }: SharedEventsOptions,
): Response {
  const { shared } = serving.messages;
  const onError = (error: unknown) => serving.report(error, new URL(request.url).pathname);
  async function* frames(
    { stream }: Connection,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void> {
    const asked = { ...serving.context, workflows, threads, signal, onError };
    for await (const part of streamAsked(asked)) {
      yield encoder.encode(framesOf(part, shared));
      stream.delivered(eventsIn(part));
    }
  }
  const open = (connection: Connection) =>
    new FramePump(connection, (signal) => frames(connection, signal));
  const count = workflows.length + threads.length;
  return eventStream(serving, { request, surface: 'shared', count, open });
}

function framesOf(part: StreamPart, json: MessageJson): string {
  switch (part.kind) {
    case 'ended':
      return frame('ended', JSON.stringify({ workflowId: part.workflowId }));
    case 'refused':
      return frame('refused', JSON.stringify({ ...part.whose, error: toldOf(part.error) }));
    case 'items': {
      const { subscription, items } = part;
      return items.map((item) => frameOfItem(subscription, item, json)).join('');
    }
    case 'chunk': {
      const { chunk } = part;
      if (chunk.kind !== 'entries') {
        return frame('message', json.of(part.workflowId, chunk.id, chunk.message));
      }
      return chunk.entries
        .map(({ id, event }) => frame('message', json.of(part.workflowId, id, event)))
        .join('');
    }
  }
}

function frameOfItem(subscription: string, item: ThreadItem, json: MessageJson): string {
  const { workflowId, cursor } = item;
  if (item.kind === 'failure') {
    const error = toldOf(item.error);
    return frame('refused', JSON.stringify({ subscription, workflowId, error }));
  }
  // What all readers of the event have in common is written down once.
  const own = JSON.stringify({ subscription, cursor }).slice(0, -1);
  return frame('message', `${own},${json.of(workflowId, item.id, item.message).slice(1)}`);
}

function eventsIn(part: StreamPart): number {
  if (part.kind === 'items') return part.items.filter(({ kind }) => kind === 'message').length;
  if (part.kind !== 'chunk') return 0;
  const { chunk } = part;
  if (chunk.kind === 'entries') return chunk.entries.length;
  return chunk.kind === 'snapshot' ? 1 : 0;
}

function frame(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}
