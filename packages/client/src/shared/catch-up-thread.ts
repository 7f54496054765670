import type { Page } from '../transport/fetch-page.ts';
import { RuntapeClientError } from '../errors.ts';
import type { ThreadSeat } from './thread-seat.ts';

export interface CatchUpThreadOptions {
  readonly seat: ThreadSeat;
  /** Asks for what comes after where the seat stands. */
  readonly ask: (signal: AbortSignal) => Promise<Page>;
  /** Waits before it is worth asking again, after so many failures in a row. */
  readonly pause: (failures: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Brings a reader who had no room for what came to where the stream is, page by page, as there is room.
 * @returns whether it is there; otherwise it has left, or was refused.
 */
export async function catchUpThread(options: CatchUpThreadOptions): Promise<boolean> {
  const { seat, ask, pause } = options;
  const { signal } = seat.left;
  for (let failures = 0; ;) {
    await seat.window.room(signal);
    if (signal.aborted) return false;
    try {
      const page = await ask(signal);
      failures = 0;
      await takeAll(seat, page);
      if (signal.aborted) return false;
      if (page.polled !== 'more') {
        // One that reads slowly would fall behind again at once, and have the request of all opened anew each time.
        await seat.window.drained(signal);
        if (signal.aborted) return false;
        seat.caughtUp();
        return true;
      }
    } catch (thrown) {
      if (signal.aborted) return false;
      const error = RuntapeClientError.from(thrown);
      if (!error.mayPass) {
        seat.refuse(error);
        return false;
      }
      failures += 1;
      await pause(failures, signal).catch(() => {});
    }
  }
}

async function takeAll(seat: ThreadSeat, { items }: Page): Promise<void> {
  const { signal } = seat.left;
  for (const { id, data } of items) {
    await seat.window.room(signal);
    if (signal.aborted) return;
    seat.send(id, data, JSON.stringify(data).length);
  }
}
