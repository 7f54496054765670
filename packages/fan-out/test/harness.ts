import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';
import { FanOut, type FanOutOptions } from '@runtape/fan-out';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { FaultyLog } from './faulty-log.ts';
import { Reader, type ReaderOptions } from './reader.ts';
import { WORKFLOW_ID } from './writer.ts';

export const QUIET_CHECK_MS = 10_000;
export const NOTHING = { tails: 0, watches: 0, timers: 0 };

/** A log, fan-outs over it, and readers. */
export class Harness {
  readonly store = new MemoryStore();
  readonly log = new FaultyLog(createMemoryEventLog({ store: this.store }));
  readonly readers: Reader[] = [];
  readonly fanOuts: FanOut[] = [];
  /** Creates another fan-out, as another process on the same store would have. */
  readonly another = (options: Partial<FanOutOptions> = {}): FanOut => {
    const fanOut = new FanOut({
      log: this.log,
      quietCheckMs: QUIET_CHECK_MS,
      random: () => 0.5,
      ...options,
    });
    this.fanOuts.push(fanOut);
    return fanOut;
  };

  readonly fanOut = this.another();

  readonly read = (options: ReaderOptions = {}, fanOut: FanOut = this.fanOut): Reader => {
    const reader = new Reader(fanOut, WORKFLOW_ID, options);
    this.readers.push(reader);
    return reader;
  };

  /** What streams have left behind in the process. */
  readonly leftovers = (): typeof NOTHING => ({
    tails: this.fanOuts.reduce((sum, { tailCount }) => sum + tailCount, 0),
    watches: this.log.watchers.size,
    timers: vi.getTimerCount(),
  });

  /** Stops every reader; that alone must clean up. */
  async end(): Promise<typeof NOTHING> {
    for (const reader of this.readers) reader.stop();
    await flush();
    const leftovers = this.leftovers();
    for (const fanOut of this.fanOuts) await fanOut.close();
    await this.log.close();
    return leftovers;
  }
}

/** Gives every test its own harness, with fake timers that only the test advances. */
export function useHarness(): () => Harness {
  let harness: Harness;
  beforeEach(() => {
    vi.useFakeTimers();
    harness = new Harness();
  });
  afterEach(async () => {
    expect(await harness.end()).toEqual(NOTHING);
    vi.useRealTimers();
  });
  return () => harness;
}

/** Runs everything that does not wait for a timer. */
export async function flush(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}
