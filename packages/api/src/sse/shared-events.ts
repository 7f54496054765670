import type { Serving } from '../routes/route.ts';
import { type AskedStream, type StreamPart, streamWorkflows } from '../stream-workflows.ts';
import type { StreamChunk } from '../stream-workflow.ts';
import { eventStream, type Opened } from './event-stream.ts';
import type { MessageJson } from './message-frames.ts';

const encoder = new TextEncoder();

/**
 * Answers with many workflows as one stream of server-sent events: `message`, `ended` and `refused`, each naming its workflow.
 * @throws ApiError `too_many_streams`, `too_many_attempts`: both before the stream opens.
 */
export function sharedEvents(
  serving: Serving,
  { request, streams }: { readonly request: Request; readonly streams: readonly AskedStream[] },
): Response {
  const { shared } = serving.messages;
  const onError = (error: unknown) => serving.report(error, new URL(request.url).pathname);
  async function* frames({ stream, signal }: Opened): AsyncGenerator<Uint8Array, void> {
    for await (const part of streamWorkflows({ ...serving.context, streams, signal, onError })) {
      yield encoder.encode(framesOf(part, shared));
      if (part.kind === 'chunk') stream.delivered(eventsIn(part.chunk));
    }
    stream.completed();
  }
  return eventStream(serving, { request, surface: 'shared', frames });
}

function framesOf(part: StreamPart, json: MessageJson): string {
  const { kind, workflowId } = part;
  switch (kind) {
    case 'ended':
      return frame('ended', JSON.stringify({ workflowId }));
    case 'refused': {
      const { code, message, docs } = part.error;
      return frame('refused', JSON.stringify({ workflowId, error: { code, message, docs } }));
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

function eventsIn(chunk: StreamChunk): number {
  if (chunk.kind === 'entries') return chunk.entries.length;
  return chunk.kind === 'snapshot' ? 1 : 0;
}

function frame(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}
