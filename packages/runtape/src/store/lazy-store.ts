import { createInProcessQueue, type WorkflowQueue } from '@runtape/engine';
import type { EventLog } from '@runtape/event-log';
import { RuntapeError } from '../errors.ts';
import type { OpenStore, Store, StoreCallbacks } from './store.ts';

/** An open store with its queue. */
export type OpenedStore = Store & { readonly queue: WorkflowQueue };

/**
 * A store that is opened at its first use. If that fails, the next use tries again, so that a
 * process can start before its store.
 */
export class LazyStore {
  /** The log, which opens the store when it is used. */
  readonly log: EventLog;
  /** The queue, likewise. */
  readonly queue: Pick<WorkflowQueue, 'enqueue'>;
  readonly #open: OpenStore;
  readonly #callbacks: StoreCallbacks;
  readonly #onOpened: (store: OpenedStore) => void;
  #opened: Promise<OpenedStore> | undefined;
  #isClosed = false;

  constructor(
    open: OpenStore,
    { onOpened, ...callbacks }: StoreCallbacks & { onOpened: (store: OpenedStore) => void },
  ) {
    this.#open = open;
    this.#callbacks = callbacks;
    this.#onOpened = onOpened;
    this.log = logOf(async () => (await this.open()).log);
    this.queue = { enqueue: async (...args) => (await this.open()).queue.enqueue(...args) };
  }

  /**
   * @throws what opening it throws, such as EventLogError `unavailable`; RuntapeError `closed`.
   */
  async open(): Promise<OpenedStore> {
    if (this.#isClosed) throw alreadyClosed();
    this.#opened ??= this.#openNow();
    return await this.#opened;
  }

  /** Waits for an opening that is under way. Opens nothing itself. */
  async settle(): Promise<void> {
    await this.#opened?.catch(() => undefined);
  }

  /** Closes what was opened, once everything else has ended. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const store = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    await store?.close?.();
  }

  async #openNow(): Promise<OpenedStore> {
    try {
      const store = await this.#open(this.#callbacks);
      const opened = withQueue(store);
      this.#onOpened(opened);
      return opened;
    } catch (error) {
      this.#opened = undefined;
      this.#callbacks.onError(error);
      throw error;
    }
  }
}

const CLOSED = 'This Runtape was closed. Create another one.';

function withQueue(store: Store): OpenedStore {
  if (store.queue !== undefined) return { ...store, queue: store.queue };
  const queue = createInProcessQueue();
  return {
    ...store,
    queue,
    close: async () => {
      await queue.close();
      await store.close?.();
    },
  };
}

/** The store itself is closed after everything that uses it. */
async function closeNothing(): Promise<void> {}

/** An event log whose every operation first waits for the real one. */
function logOf(open: () => Promise<EventLog>): EventLog {
  return {
    create: async (...args) => (await open()).create(...args),
    append: async (...args) => (await open()).append(...args),
    get: async (...args) => (await open()).get(...args),
    input: async (...args) => (await open()).input(...args),
    read: async (...args) => (await open()).read(...args),
    readMerged: async (...args) => (await open()).readMerged(...args),
    watch: async (...args) => (await open()).watch(...args),
    begin: async (...args) => (await open()).begin(...args),
    renew: async (...args) => (await open()).renew(...args),
    release: async (...args) => (await open()).release(...args),
    steps: async (...args) => (await open()).steps(...args),
    command: async (...args) => (await open()).command(...args),
    commands: async (...args) => (await open()).commands(...args),
    watchCommands: async (...args) => (await open()).watchCommands(...args),
    list: async (...args) => (await open()).list(...args),
    orphaned: async (...args) => (await open()).orphaned(...args),
    thread: async (...args) => (await open()).thread(...args),
    watchThread: async (...args) => (await open()).watchThread(...args),
    expire: async (...args) => (await open()).expire(...args),
    close: closeNothing,
    [Symbol.asyncDispose]: closeNothing,
  };
}

/** The error of everything that is used after `close`. */
export function alreadyClosed(): RuntapeError {
  return new RuntapeError('closed', CLOSED);
}
