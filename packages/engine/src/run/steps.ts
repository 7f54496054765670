import { AsyncLocalStorage } from 'node:async_hooks';
import type { JsonValue } from '@runtape/event-log';
import { anyJson, type JsonOnly, type Kept, NOT_JSON, toJson } from '../define/json.ts';
import { check, type Schema } from '../define/schema.ts';
import { EngineError, WorkerStopped, WorkflowPaused } from '../errors.ts';
import type { EventWriter } from '../emit/event-writer.ts';

const STEP_NAME = /^[0-9A-Za-z][0-9A-Za-z._-]{0,99}$/;

export interface StepsOptions {
  readonly writer: EventWriter;
  /** Results of steps that earlier attempts completed. */
  readonly kept: ReadonlyMap<string, JsonValue>;
  /** Aborts when the attempt must end. */
  readonly signal: AbortSignal;
  /** In ms since 1970. */
  readonly now: () => number;
}

type StepSchema = Schema<unknown, JsonValue>;

type StepArguments =
  | readonly [run: () => Promise<unknown>]
  | readonly [schema: StepSchema, run: () => Promise<unknown>];

/** The steps of one attempt. They may run concurrently; each knows which events belong to it. */
export class Steps {
  readonly #options: StepsOptions;
  readonly #names = new Set<string>();
  readonly #current = new AsyncLocalStorage<string>();

  constructor(options: StepsOptions) {
    this.#options = options;
  }

  /** Name of the step that the caller runs in. */
  get current(): string | undefined {
    return this.#current.getStore();
  }

  /** See `WorkflowContext.step`. */
  run<T>(name: string, run: (() => Promise<T>) & JsonOnly<T>): Promise<Kept<T>>;
  run<T extends JsonValue, Given = unknown>(
    name: string,
    schema: Schema<Given, T>,
    run: () => Promise<Given>,
  ): Promise<T>;
  async run(name: string, ...rest: StepArguments): Promise<JsonValue> {
    const [schema, run] = rest.length === 1 ? [anyJson, rest[0]] : rest;
    const { kept, signal } = this.#options;
    signal.throwIfAborted();
    this.#claim(name);
    const earlier = kept.get(name);
    return earlier === undefined
      ? await this.#make(name, schema, run)
      : await readKept(name, schema, earlier);
  }

  #claim(name: string): void {
    if (!STEP_NAME.test(name)) {
      throw new EngineError(
        'invalid_step_name',
        `"${name}" is not a valid step name. Use letters, digits, dots, dashes and underscores, at most 100.`,
      );
    }
    if (this.#names.has(name)) {
      throw new EngineError(
        'step_reused',
        `The step "${name}" was run twice in one attempt. Give every step its own name, e.g. with a number.`,
      );
    }
    this.#names.add(name);
  }

  async #make(name: string, schema: StepSchema, run: () => Promise<unknown>): Promise<JsonValue> {
    const { writer, signal, now } = this.#options;
    const startedAt = now();
    await writer.emit({ type: 'step:started', data: { step: name } }, { step: name, signal });
    const result = await checkResult(name, schema, await this.#current.run(name, run));
    // A step that finishes while a worker stops is kept; one of a cancelled workflow must not look
    // completed.
    if (!willContinue(signal.reason)) signal.throwIfAborted();
    const durationMs = Math.max(0, now() - startedAt);
    const completed = { type: 'step:completed', data: { step: name, durationMs } } as const;
    await writer.emit(completed, { step: name, kept: { step: name, result }, signal });
    // Later code may build on the step or publish its result, so it must be stored first.
    await writer.flush(signal);
    signal.throwIfAborted();
    return result;
  }
}

/** Another attempt will continue where this one stops. */
function willContinue(reason: unknown): boolean {
  return reason instanceof WorkerStopped || reason instanceof WorkflowPaused;
}

/**
 * Checked on the first run too: every attempt gets the same, and a schema that rejects its own
 * output is found early.
 */
async function checkResult(name: string, schema: StepSchema, result: unknown): Promise<JsonValue> {
  const checked = await check(schema, result);
  if (!checked.ok) {
    throw new EngineError(
      'invalid_step_result',
      `The result of the step "${name}" does not match the schema of the step: ${checked.issues}`,
    );
  }
  const json = toJson(checked.value);
  if (json !== undefined) return json;
  throw new EngineError(
    'invalid_step_result',
    `The result of the step "${name}" cannot be kept. ${NOT_JSON}`,
  );
}

async function readKept(name: string, schema: StepSchema, kept: JsonValue): Promise<JsonValue> {
  const read = await check(schema, kept);
  if (read.ok) return read.value;
  throw new EngineError(
    'kept_result_unreadable',
    `The step "${name}" was completed by an earlier attempt, but its stored result no longer matches the schema of the step: ${read.issues}. The program has changed since. Start the workflow again.`,
  );
}
