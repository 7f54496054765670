import type { Attempt, Entry, EventLog } from '@runtape/event-log';
import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';
import type { EmittedEvent } from '@runtape/events';
import { EventWriter, type EventWriterOptions } from '../src/emit/event-writer.ts';
import { newWorkflowId } from '../src/index.ts';
import { StoreOutage } from '../src/lifecycle/store-outage.ts';
import { type Fault, FlakyLog } from './flaky-log.ts';

export const at = Date.parse('2026-03-04T05:06:07.890Z');

export interface WriterHarness {
  readonly store: MemoryStore;
  readonly log: EventLog;
  readonly flaky: FlakyLog;
  readonly attempt: Attempt;
  readonly writer: EventWriter;
  /** The reasons with which the attempt was closed. */
  readonly closedWith: Error[];
  /** The reported outages and recoveries of the store. */
  readonly outages: readonly string[];
  readonly entries: () => Promise<readonly Entry[]>;
}

/** Opens a writer on an in-memory log through a faulty connection. */
export async function openWriter(
  faults: readonly Fault[] = [],
  options: Partial<EventWriterOptions> = {},
): Promise<WriterHarness> {
  const store = new MemoryStore();
  const { now = () => at } = options;
  const log = createMemoryEventLog({ now, store });
  const workflowId = newWorkflowId();
  const summary = { title: 'A title', target: 'somewhere' };
  await log.create({ workflowId, workflow: 'test', input: null, summary });
  const attempt = await log.begin(workflowId, { leaseMs: 60_000 });
  const flaky = new FlakyLog(log, faults);
  const closedWith: Error[] = [];
  const outages: string[] = [];
  const outage = new StoreOutage({
    onUnavailable: (error) => outages.push(error instanceof Error ? error.message : 'no error'),
    onRecovered: () => outages.push('back'),
    elapsed: () => 0,
  });
  const writer = new EventWriter({
    log: flaky,
    attempt,
    leaseMs: 60_000,
    now,
    random: () => 0.5,
    onClosed: (reason) => closedWith.push(reason),
    outage: outage.listener(),
    ...options,
  });
  return {
    store,
    log,
    flaky,
    attempt,
    writer,
    closedWith,
    outages,
    entries: async () => (await log.read(workflowId, { after: 0, limit: 1_000_000 })).entries,
  };
}

export function token(content: string, part = 'draft', isComplete = false): EmittedEvent {
  return { type: 'token', data: { part, content, isComplete } };
}

export function status(message: string): EmittedEvent {
  return { type: 'status', data: { stage: 'test', message } };
}
