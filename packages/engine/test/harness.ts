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

/** A worker that behaves as if it had its own process. */
export interface HarnessWorker {
  readonly worker: Worker;
  readonly log: EventLog;
  /** The errors that `onError` received. */
  readonly errors: unknown[];
  /** The durations that `onStoreRecovered` received. */
  readonly backs: number[];
  /** From now on none of its requests reach the store; its memory continues to work. */
  freeze(): void;
  thaw(): void;
  /** From now until `thaw`, the store does not answer. */
  loseStore(): void;
  /** From now until `thaw`, the store answers reads and refuses writes. */
  fillStore(): void;
}

export interface Harness extends AsyncDisposable {
  readonly store: MemoryStore;
  readonly log: EventLog;
  readonly queue: WorkflowQueue;
  readonly starter: WorkflowStarter;
  /** Creates and starts a worker. */
  work(
    definitions: readonly WorkflowDefinition[],
    options?: Partial<WorkerOptions>,
  ): Promise<HarnessWorker>;
  start(request?: Partial<StartRequest>): Promise<WorkflowId>;
  record(workflowId: WorkflowId): Promise<WorkflowRecord>;
  events(workflowId: WorkflowId): Promise<readonly WorkflowEvent[]>;
  /** The types of all events so far. */
  types(workflowId: WorkflowId): Promise<readonly string[]>;
  /** Waits for the terminal event. @returns all events. */
  ended(workflowId: WorkflowId): Promise<readonly WorkflowEvent[]>;
}

/** A store, a queue, and workers that share them, for tests with fake timers. */
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
      onStoreRecovered: (awayMs) => backs.push(awayMs),
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
