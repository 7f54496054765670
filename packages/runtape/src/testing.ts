import type { JsonInput, RunEvent, RunState } from '@runtape/client';
import type { TypesOf, WorkflowDefinition } from '@runtape/engine';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { createRuntape, type Runtape, type RuntapeOptions } from './create-runtape.ts';

/** A clock that stands still until a test moves it. */
export interface TestClock {
  /** In ms since 1970. */
  readonly now: () => number;
  /** @param ms by how much to move it, in ms, from 0. */
  advance(ms: number): void;
}

/** @param startsAt in ms since 1970. Default: the begin of 2026, UTC. */
export function createTestClock(startsAt: number = Date.UTC(2026, 0, 1)): TestClock {
  let at = startsAt;
  return {
    now: () => at,
    advance: (ms) => {
      at += Math.max(0, ms);
    },
  };
}

export interface TestRuntapeOptions<Workflows extends readonly WorkflowDefinition[]> extends Pick<
  RuntapeOptions<Workflows>,
  'authenticate' | 'basePath' | 'onError' | 'random' | 'workflows'
> {
  /** The clock of the log and the workers. Default: `createTestClock()`. */
  readonly clock?: TestClock | undefined;
}

/** A Runtape in memory whose worker runs. */
export type TestRuntape<Workflows extends readonly WorkflowDefinition[]> = Runtape<Workflows> & {
  readonly clock: TestClock;
};

/** How often the worker looks for work, and how long it waits before a retry at most. */
const FAST_MS = 5;

/**
 * Makes a Runtape in memory, with a worker that runs. A retry waits a few milliseconds, or, with a
 * `retryAfterMs` of its own, until the clock was moved that far.
 * @throws EngineError `invalid_definition`.
 */
export async function createTestRuntape<const Workflows extends readonly WorkflowDefinition[]>({
  clock = createTestClock(),
  ...options
}: TestRuntapeOptions<Workflows>): Promise<TestRuntape<Workflows>> {
  const log = createMemoryEventLog({ now: clock.now });
  const runtape = createRuntape({
    onError: () => undefined,
    ...options,
    store: { log, close: () => log.close() },
    now: clock.now,
  });
  await runtape.work({ sweepMs: FAST_MS, retryBaseMs: FAST_MS });
  return { ...runtape, clock };
}

/** A workflow that has ended: its last state, and how it came about. */
export type EndedRun<Definition extends WorkflowDefinition> = RunState<TypesOf<Definition>> & {
  readonly events: readonly RunEvent<TypesOf<Definition>>[];
};

/**
 * Runs one workflow to its end, in memory. Waits before further attempts are skipped.
 * @returns its last state, with `status`, `result`, `error` and the own `state`, and its events. A
 *   workflow that fails rejects nothing: see `status` and `error`.
 * @throws ApiError `invalid_input`.
 */
export async function runWorkflow<Definition extends WorkflowDefinition>(
  definition: Definition,
  input: TypesOf<Definition>['input'],
): Promise<EndedRun<Definition>>;
export async function runWorkflow(
  definition: WorkflowDefinition,
  input: JsonInput,
): Promise<unknown> {
  await using runtape = await createTestRuntape({ workflows: [definition] });
  const run = await runtape.start(definition.name, input);
  const events: RunEvent[] = [];
  for await (const event of run.events()) {
    events.push(event);
    if (event.type === 'workflow:retrying') runtape.clock.advance(event.data.inMs);
  }
  let last = {};
  for await (const state of run.states()) last = state;
  return { ...last, events };
}
