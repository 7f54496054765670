/** A piece of a module of the real programs, and what stands in its place when a law is broken. */
export interface Cut {
  /** How the module's address ends. */
  readonly module: string;
  readonly from: string;
  readonly to: string;
}

const TAIL = '/packages/fan-out/src/tail.ts';
const SQLITE_LIVE = '/packages/event-log-sqlite/src/watch.ts';
const REDIS = '/packages/event-log-redis/src';

/**
 * Law 1, first half: a live message is taken whatever its number is, unless it is one that the tail
 * has.
 */
const trustsNumbers: Cut = {
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
const neverAsks: Cut = {
  module: TAIL,
  from: 'this.#stop.signal, leftMs',
  to: 'this.#stop.signal',
};

/** A reader that is ahead of the tail would make it read the log, and hide what it has missed. */
const ignoresReadersAhead: Cut = {
  module: '/packages/fan-out/src/follow.ts',
  from: 'if (seq <= tail.last) return;',
  to: 'return;',
};

const WATCHES = 'await this.#retry(() => this.#log.watch(this.workflowId, watcher, signal));';
const POSITIONS = 'await this.#positionAtEnd();';

const ENDED = 'hasEnded((await getRecord(this.#log, this.workflowId)).status)';

/**
 * Law 2. Whatever comes between the two is missed; the next live message would tell, so what shows
 * is an end in that time. The time lasts until there is one.
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

/** The other half of a snapshot: where the events go on. */
const beginsAgain: Cut = {
  module: '/packages/server/src/read/stream-workflow.ts',
  from: 'after = next.id;',
  to: 'after = null;',
};

/** What is cut for each way to break the laws, by name. */
export const cuts: ReadonlyMap<string, readonly Cut[]> = new Map([
  ['numbers not looked at, and a quiet tail that does not ask', [trustsNumbers, neverAsks]],
  ['numbers not looked at, and some live messages dropped', [trustsNumbers, dropsSome]],
  [
    'a quiet tail that does not ask, and history read before watching',
    [neverAsks, ignoresReadersAhead, readsFirst],
  ],
  ['a quiet tail that does not ask, and the last message dropped', [neverAsks, dropsTheLast]],
  ['old attempts accepted', acceptsOldAttempts],
  ['tokens merged across parts', [mergesAcrossParts]],
  ['events that begin again after a snapshot', [beginsAgain]],
]);
