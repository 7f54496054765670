import type { StreamChunk } from '../read/streams/stream-workflow.ts';
import type { OpenStream } from '../limits/stream-limiter.ts';

/** Passes a stream's chunks on, and counts them once their reader has taken them. */
export async function* countChunks(
  stream: OpenStream,
  chunks: AsyncIterable<StreamChunk>,
): AsyncGenerator<StreamChunk, void> {
  try {
    for await (const chunk of chunks) {
      yield chunk;
      if (chunk.kind === 'entries') stream.delivered(chunk.entries.length);
      else if (chunk.kind === 'snapshot') stream.delivered(1);
    }
    stream.completed();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) stream.failed();
    throw error;
  }
}
