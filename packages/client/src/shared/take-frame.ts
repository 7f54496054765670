import { fromTold } from '../errors.ts';
import type { Lines } from './lines.ts';
import { readFrame } from './read-frame.ts';
import type { SseFrame } from './sse-frames.ts';

/** Hands on what a frame of the shared stream says, to whom it belongs. */
export function takeFrame(lines: Lines, frame: SseFrame): void {
  const said = readFrame(frame);
  const chars = frame.data.length;
  switch (said?.kind) {
    case 'message':
      lines.channels.get(said.workflowId)?.take(said.id, said.message, chars);
      break;
    case 'item':
      lines.seats.get(said.subscription)?.take(said.cursor, said.item, chars);
      break;
    case 'ended':
      lines.channels.get(said.workflowId)?.end();
      break;
    case 'refused':
      lines.channels.get(said.workflowId)?.refuse(fromTold(said.error));
      break;
    case 'refused thread':
      lines.seats.get(said.subscription)?.refuse(fromTold(said.error));
      break;
    case 'malformed':
      // Whose it is cannot be told: everybody reports and skips it.
      for (const line of lines.wanted()) line.take('', said.body, 0);
      break;
    case undefined:
  }
}
