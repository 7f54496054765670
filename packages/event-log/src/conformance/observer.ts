import type { WorkflowId } from '@runtape/events';
import { vi } from 'vitest';
import type { Entry } from '../port/read.ts';
import type { EventLog } from '../port/event-log.ts';
import type { Watcher } from '../port/watch.ts';
import { readAll } from './harness.ts';

/** A watcher that keeps what it receives. */
export class Observer implements Watcher {
  readonly received: Entry[] = [];
  resyncs = 0;

  static async of(log: EventLog, workflowId: WorkflowId, signal: AbortSignal): Promise<Observer> {
    const observer = new Observer();
    await log.watch(workflowId, observer, signal);
    return observer;
  }

  entries(entries: readonly Entry[]): void {
    this.received.push(...entries);
  }

  resync(): void {
    this.resyncs += 1;
  }

  /** Waits until every seq up to `tail` was announced, or a resync was requested. */
  async reached(tail: number, { from = 1 } = {}): Promise<void> {
    await vi.waitFor(
      () => {
        const seqs = new Set(this.received.map(({ seq }) => seq));
        for (let seq = from; seq <= tail && this.resyncs === 0; seq += 1) {
          if (!seqs.has(seq))
            throw new Error(`Entry ${seq} was neither announced nor covered by a resync.`);
        }
      },
      { interval: 2 },
    );
  }

  /** The stored entries with the announced seqs. */
  async asStored(log: EventLog, workflowId: WorkflowId): Promise<readonly (Entry | undefined)[]> {
    const stored = new Map((await readAll(log, workflowId)).map((entry) => [entry.seq, entry]));
    return this.received.map(({ seq }) => stored.get(seq));
  }
}
