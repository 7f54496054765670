import { EventLogError, type EventLog, type WorkflowRecord } from '@runtape/event-log';
import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';
import type { WorkflowEvent, WorkflowId } from '@runtape/events';
import {
  createInProcessQueue,
  createWorker,
  createWorkflowStarter,
  type StartRequest,
  type Worker,
  type WorkerOptions,
  type WorkflowDefinition,
  type WorkflowQueue,
  type WorkflowStarter,
} from '../src/index.ts';
import { gatedLog } from './gated-log.ts';
import { passTime, until } from './pass-time.ts';

/** A worker as if in a process of its own. */
export interface HarnessWorker {
  readonly worker: Worker;
  readonly log: EventLog;
  /** What `onError` heard. */
  readonly errors: unknown[];
  /** What `onStoreBack` heard. */
  readonly backs: number[];
  /**
   * From now on nothing it asks of the store gets there; what happens to its memory is its own
   * matter.
   */
  freeze(): void;
  thaw(): void;
  /** From now on, and until `thaw`, the store does not answer. */
  loseStore(): void;
  /** From now on, and until `thaw`, the store answers questions and takes nothing. */
  fillStore(): void;
}

export interface Harness extends AsyncDisposable {
  readonly store: MemoryStore;
  readonly log: EventLog;
  readonly queue: WorkflowQueue;
  readonly starter: WorkflowStarter;
  /** Makes and starts a worker. */
  work(
    definitions: readonly WorkflowDefinition[],
    options?: Partial<WorkerOptions>,
  ): Promise<HarnessWorker>;
  start(request?: Partial<StartRequest>): Promise<WorkflowId>;
  record(workflowId: WorkflowId): Promise<WorkflowRecord>;
  events(workflowId: WorkflowId): Promise<readonly WorkflowEvent[]>;
  /** Types of the events so far. */
  types(workflowId: WorkflowId): Promise<readonly string[]>;
  /** Waits for the end. @returns all events. */
  ended(workflowId: WorkflowId): Promise<readonly WorkflowEvent[]>;
}

/**
 * A store, a queue, and workers that share them. Meant for fake timers: time passes when a test
 * lets it.
 */
export function openHarness(): Harness {
  const store = new MemoryStore();
  const log = createMemoryEventLog({ store });
  const queue = createInProcessQueue();
  const workers: HarnessWorker[] = [];
  const harness: Harness = {
    store,
    log,
    queue,
    starter: createWorkflowStarter({ log, queue }),
    async work(definitions, options = {}) {
      const made = startHarnessWorker(store, { queue, definitions, random: () => 0.5, ...options });
      workers.push(made);
      await made.worker.start();
      return made;
    },
    async start(request = {}) {
      const summary = { title: 'A title', target: 'somewhere' };
      const asked = { workflow: 'test', input: null, summary, ...request };
      return (await harness.starter.start(asked)).workflowId;
    },
    async record(workflowId) {
      const record = await log.get(workflowId);
      if (record === null) throw new Error(`There is no ${workflowId}.`);
      return record;
    },
    async events(workflowId) {
      const { entries } = await log.read(workflowId, { after: 0, limit: 1_000_000 });
      return entries.map(({ event }) => event);
    },
    async types(workflowId) {
      return (await harness.events(workflowId)).map(({ type }) => type);
    },
    async ended(workflowId) {
      await until(async () => (await harness.record(workflowId)).endedAt !== null);
      return await harness.events(workflowId);
    },
    async [Symbol.asyncDispose]() {
      for (const each of workers) each.thaw();
      await passTime(Promise.all(workers.map(({ worker }) => worker.stop({ graceMs: 0 }))));
      await queue.close();
      await log.close();
    },
  };
  return harness;
}

function startHarnessWorker(
  store: MemoryStore,
  options: Omit<WorkerOptions, 'log'>,
): HarnessWorker {
  let pass = Promise.resolve();
  let open = (): void => undefined;
  let passWrite = Promise.resolve();
  const errors: unknown[] = [];
  const backs: number[] = [];
  const log = gatedLog(
    createMemoryEventLog({ store }),
    () => pass,
    () => passWrite,
  );
  return {
    log,
    worker: createWorker({
      retryBaseMs: 1_000,
      ...options,
      log,
      onError: (error) => errors.push(error),
      onStoreBack: (awayMs) => backs.push(awayMs),
    }),
    errors,
    backs,
    freeze: () => {
      const gate = Promise.withResolvers<void>();
      pass = gate.promise;
      open = gate.resolve;
    },
    thaw: () => {
      open();
      pass = Promise.resolve();
      passWrite = Promise.resolve();
    },
    loseStore: () => {
      pass = refusing('The store does not answer.');
    },
    fillStore: () => {
      passWrite = refusing('The store is full.');
    },
  };
}

function refusing(message: string): Promise<void> {
  const refused = Promise.reject<void>(new EventLogError('unavailable', message));
  refused.catch(() => undefined);
  return refused;
}
