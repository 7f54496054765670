/** A replacement in the source of the real programs that breaks a law. */
export interface Cut {
  /** The end of the module's URL. */
  readonly module: string;
  readonly from: string;
  readonly to: string;
}

const TAIL = '/packages/fan-out/src/tail.ts';
const SQLITE_LIVE = '/packages/event-log-sqlite/src/watch.ts';
const REDIS = '/packages/event-log-redis/src';

/**
 * Law 1, first half: accepts a live message with any number that the tail does not have yet.
 */
const ignoresNumbers: Cut = {
  module: TAIL,
  from: 'if (entry.seq !== this.last + 1 || !isOfThisLog) {',
  to: 'if (entry.seq <= this.last || !isOfThisLog) {',
};

const dropsSome: Cut = {
  module: SQLITE_LIVE,
  from: 'watcher.entries(entries)',
  to: 'watcher.entries(entries.filter(({ seq }) => seq % 40 !== 0))',
};

const dropsTheLast: Cut = {
  module: SQLITE_LIVE,
  from: 'watcher.entries(entries)',
  to: `watcher.entries(
    entries.filter(({ event }) => !/^workflow:(completed|failed|cancelled)$/.test(event.type)),
  )`,
};

/** Law 1, second half. */
const neverChecks: Cut = {
  module: TAIL,
  from: 'this.#stop.signal, leftMs',
  to: 'this.#stop.signal',
};

/** A reader ahead of the tail would make it read the log, and so hide the missed events. */
const ignoresReadersAhead: Cut = {
  module: '/packages/fan-out/src/follow.ts',
  from: 'if (seq <= tail.last) return;',
  to: 'return;',
};

const WATCHES = 'await this.#retry(() => this.#log.watch(this.workflowId, watcher, signal));';
const POSITIONS = 'await this.#positionAtEnd();';

const ENDED = 'hasEnded((await getRecord(this.#log, this.workflowId)).status)';

/**
 * Law 2. Events between the two calls are missed. The next live message would reveal that, so the
 * gap lasts until the workflow has ended.
 */
const readsFirst: Cut = {
  module: TAIL,
  from: `${WATCHES}\n      ${POSITIONS}`,
  to: `${POSITIONS} while (!${ENDED}) await new Signal().wait(signal, 100); ${WATCHES}`,
};

/** Law 3. */
const acceptsOldAttempts: readonly Cut[] = [
  {
    module: `${REDIS}/append.ts`,
    from: "if ARGV[2] == '0' or found[3] ~= ARGV[2] then return {'attempt_overtaken'} end",
    to: '',
  },
  {
    module: `${REDIS}/append.ts`,
    from: "if found[1] ~= ARGV[3] then return {'seq_conflict', tonumber(found[1])} end",
    to: 'ARGV[3] = found[1]',
  },
  {
    module: `${REDIS}/attempts.ts`,
    from: "if ARGV[1] == '0' or found[1] ~= ARGV[1] then return {'attempt_overtaken'} end",
    to: '',
  },
];

/** Law 5. */
const mergesAcrossParts: Cut = {
  module: '/packages/events/src/join-tokens.ts',
  from: 'left.data.part === right.data.part &&',
  to: '',
};

/** Repeats events after a snapshot. */
const replaysEvents: Cut = {
  module: '/packages/server/src/read/stream-workflow.ts',
  from: 'after = next.id;',
  to: 'after = null;',
};

/** The replacements for each way to break the laws, by name. */
export const cuts: ReadonlyMap<string, readonly Cut[]> = new Map([
  ['sequence numbers ignored, and a quiet tail not checked', [ignoresNumbers, neverChecks]],
  ['sequence numbers ignored, and some live messages dropped', [ignoresNumbers, dropsSome]],
  [
    'a quiet tail not checked, and history read before watching',
    [neverChecks, ignoresReadersAhead, readsFirst],
  ],
  ['a quiet tail not checked, and the last message dropped', [neverChecks, dropsTheLast]],
  ['old attempts accepted', acceptsOldAttempts],
  ['tokens merged across parts', [mergesAcrossParts]],
  ['events replayed after a snapshot', [replaysEvents]],
]);
