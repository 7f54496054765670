import { sleep } from '@runtape/async';
import type { Attempt, EventLog, JsonValue, KeptStep } from '@runtape/event-log';
import type { CleanUpContext, Unfinished } from '../define/clean-up-context.ts';
import type { WorkflowDefinition } from '../define/define-workflow.ts';
import { readInput } from '../define/read-input.ts';
import { asyncSchema, check, checkSync } from '../define/schema.ts';
import type { EventWriter } from '../emit/event-writer.ts';
import type { StoreOutage } from '../lifecycle/store-outage.ts';
import type { LogLevel } from '../define/workflow-context.ts';

/** How long a clean-up may take, in ms. */
export const CLEAN_UP_MS = 15_000;
/** Stored like a step's result, under a name that no step can have. */
const CLEAN_UP = '@clean-up';

/** Marks that a clean-up is needed, so that only a worker may end the workflow. */
export const cleanUpMark: KeptStep = { step: CLEAN_UP, result: true };

export function isMarked(kept: ReadonlyMap<string, JsonValue>): boolean {
  return kept.has(CLEAN_UP);
}

/** Whether this input needs a clean-up. An input that does not fit the schema never gets so far. */
export async function needsCleanUp(
  definition: WorkflowDefinition,
  given: JsonValue,
): Promise<boolean> {
  if (definition.cleanUp === undefined) return false;
  const input = await check(definition.input, given);
  return input.ok && definition.cleanUp.isNeeded(input.value);
}

export interface CleanUpOptions {
  readonly log: Pick<EventLog, 'steps'>;
  readonly attempt: Attempt;
  readonly definition: WorkflowDefinition;
  readonly writer: Pick<EventWriter, 'closed' | 'emit'>;
  readonly random: () => number;
  readonly onError: (error: unknown) => void;
  readonly outage: StoreOutage;
}

/**
 * Lets a definition clean up before the terminal event of a workflow that does not complete. A
 * failed clean-up becomes a warning in the workflow's log, and does not prevent the end.
 * @throws the reason when the attempt is over: the next owner of the workflow cleans up then.
 */
export async function cleanUp(end: Unfinished, options: CleanUpOptions): Promise<void> {
  const { log, attempt, definition, writer, random, outage } = options;
  if (definition.cleanUp === undefined) return;
  const kept = await outage.retry(() => log.steps(attempt.workflowId), {
    signal: writer.closed,
    random,
  });
  if (!isMarked(kept)) return;
  const tooLong = new AbortController();
  const signal = AbortSignal.any([writer.closed, tooLong.signal]);
  const done = new AbortController();
  const running = run(end, { ...options, kept, signal, done: done.signal });
  try {
    await Promise.race([running, limit(tooLong, done.signal)]);
  } catch (error) {
    writer.closed.throwIfAborted();
    await warn(error, options);
  } finally {
    running.catch(() => undefined);
    done.abort();
  }
}

async function run(
  end: Unfinished,
  {
    attempt,
    definition,
    writer,
    kept,
    signal,
    done,
  }: CleanUpOptions & {
    readonly kept: ReadonlyMap<string, JsonValue>;
    readonly signal: AbortSignal;
    readonly done: AbortSignal;
  },
): Promise<void> {
  const input = await readInput(definition, attempt.input);
  const ctx: CleanUpContext = {
    workflowId: attempt.workflowId,
    signal,
    end,
    kept: (step, result) => {
      const read = checkSync(result, kept.get(step));
      if (read === undefined) throw asyncSchema(`the kept result of "${step}"`);
      return read.ok ? read.value : undefined;
    },
    log: async (level, message) => {
      // Nothing may follow the terminal event.
      if (!done.aborted) await writeLog(level, message, writer);
    },
  };
  await definition.cleanUp?.run(ctx, input);
}

async function limit(tooLong: AbortController, done: AbortSignal): Promise<void> {
  await sleep(CLEAN_UP_MS, done);
  tooLong.abort(new Error('Cleaning up took too long.'));
  tooLong.signal.throwIfAborted();
}

async function warn(
  thrown: unknown,
  { writer, onError }: Pick<CleanUpOptions, 'writer' | 'onError'>,
): Promise<void> {
  onError(thrown);
  const message =
    'The clean-up failed. What the workflow left elsewhere, such as a message, may still say that it is running.';
  await writeLog('warn', message, writer);
}

async function writeLog(
  level: LogLevel,
  message: string,
  writer: Pick<EventWriter, 'emit'>,
): Promise<void> {
  try {
    await writer.emit({ type: 'log:created', data: { level, message } });
  } catch {
    // A full log has room only for the terminal event.
  }
}
