import type { JsonValue } from '@runtape/event-log';
import type { EventData, WorkflowId } from '@runtape/events';
import type { Agent, AgentIntro } from './agent.ts';
import type { Emittable, EventSchemas, NoEvents } from './custom-events.ts';
import type { JsonOnly, Kept } from './json.ts';
import type { Schema } from './schema.ts';
import type { TextOptions, TextSource } from './text-source.ts';
import type { BudgetState, Meter, Spent } from './spending.ts';

export interface StatusDetails {
  /** Progress of the stage, 0 to 1. */
  readonly progress?: number;
  /** Set once it is known what the workflow is about. */
  readonly subject?: { readonly title: string; readonly url?: string };
}

export type LogLevel = EventData<'log:created'>['level'];

/** Who started a workflow, as stored in its record. */
export interface StartedBy {
  /** `null`: a server without accounts. */
  readonly userId: string | null;
  /** Whether the user could see the workflows of all users at that time. */
  readonly seesAll: boolean;
}

/** The context of a workflow definition during an attempt. */
export interface WorkflowContext<Events extends EventSchemas = NoEvents> {
  readonly workflowId: WorkflowId;
  /** Who started it, for permission checks. */
  readonly startedBy: StartedBy;
  /** From 1. Planned worker stops, pauses and resumes use up a number as well. */
  readonly attempt: number;
  /**
   * The last attempt's number. Numbers used up by stops, pauses and resumes do not count against
   * it.
   */
  readonly maxAttempts: number;
  /**
   * Aborts when the attempt must end. The reason is a `WorkflowCancelled` (also when the budget is
   * spent), `WorkflowPaused`, `WorkerStopped`, `AttemptOvertaken`, or the error of the log. Pass it
   * to everything that waits. A definition may clean up before it lets the abort pass: for 15 s, or
   * 3 s when a worker stops.
   */
  readonly signal: AbortSignal;

  /**
   * Emits an event. Events keep the order of the calls.
   * @param type a built-in type, or one that the definition declares in `events`.
   * @returns when the buffer has room, not when the event is stored. Await it, so that a stalled
   *    store slows the workflow down.
   * @throws EngineError `invalid_event`, `undeclared_event`, `async_schema`, `event_too_large`,
   *   `reserved_event` (`workflow:…` and `step:…` belong to the engine); the signal's reason once
   *   it has aborted.
   */
  emit<Type extends keyof Emittable<Events> & string>(
    type: Type,
    data: Emittable<Events>[Type],
  ): Promise<void>;

  /**
   * Reports the current stage in one sentence: a `status` event, also shown in lists.
   * @param stage stable name, e.g. `issue_read`.
   * @throws as `emit`.
   */
  status(stage: string, message: string, more?: StatusDetails): Promise<void>;

  /** Writes a `log:created` event. @throws as `emit`. */
  log(level: LogLevel, message: string, fields?: Record<string, JsonValue>): Promise<void>;

  /**
   * Adds to the spending of the workflow over all attempts. Shown in lists and in the terminal
   * event; stored with the next event, so a kept step's spending is stored with its result.
   * @throws EngineError `invalid_spending`; the signal's reason once it has aborted, though it is
   *    still counted.
   */
  spend(spent: Spent): Promise<void>;

  /**
   * Meters one streaming call to a model, so that the budget can stop it. Dispose of it at its end.
   */
  meter(): Meter;

  /** Budget and spending so far. The engine enforces it: see `WorkflowSource.budget`. */
  readonly budget: BudgetState;

  /**
   * Runs an agent: `agent:started` before, `agent:completed` or `agent:failed` after, with duration
   * and spending. The result is not kept: run it inside a step so that a later attempt does not
   * repeat it.
   * @param summary one sentence for `agent:completed`. Default: none.
   * @returns what `run` returns.
   * @throws what `run` throws, after `agent:failed`. Once the signal has aborted no `agent:failed`
   *    is emitted: the workflow's end ends its agents.
   */
  agent<Result>(
    intro: AgentIntro,
    run: (agent: Agent) => Promise<Result>,
    summary?: (result: NoInfer<Result>) => string,
  ): Promise<Result>;

  /**
   * Streams a text to everyone who watches: as `token` events, the last one `isComplete`.
   * Neighbouring ones are merged while they wait. A text that is written again after its stream
   * failed begins anew. The result is not kept: write it inside a step so that a later attempt does
   * not pay for it again.
   * @param part names the text, e.g. `summary`. No other text of that name is written meanwhile.
   * @param source an async iterable of strings, a stream of OpenAI (chat completions or Responses),
   *   or what the AI SDK's `streamText` returns. Its `textStream` is accepted, too, but tells
   *   neither of errors nor of tokens used. Pass `ctx.signal` to the request, so that it ends with
   *   the attempt.
   * @returns the whole text. Tokens used are counted as by `meter`, if the stream reports them.
   * @throws RetryableError `stream_failed`; FatalError `stream_rejected`, `text_cut_off`,
   *   `text_refused`, `text_too_long`; EngineError `part_in_use`, `invalid_stream`; what `emit`
   *   throws; the signal's reason once it has aborted.
   */
  text(
    part: string,
    source: TextSource | PromiseLike<TextSource>,
    options?: TextOptions,
  ): Promise<string>;

  /**
   * Runs a part of the workflow whose result is kept: a later attempt gets the result instead of
   * running it again. Events emitted inside belong to the step, and are superseded if the attempt
   * ends before the step does.
   * @param name unique within a run: letters, digits, dots, dashes, underscores, at most 100.
   * @param result schema of the result. Must accept its own output. Default: any JSON.
   * @returns once the result is stored.
   * @throws EngineError `invalid_step_name`, `step_reused`, `invalid_step_result`,
   *    `kept_result_unreadable`; what `run` throws; the signal's reason once it has aborted.
   */
  step<T>(name: string, run: (() => Promise<T>) & JsonOnly<T>): Promise<Kept<T>>;
  step<T extends JsonValue, Given = unknown>(
    name: string,
    result: Schema<Given, T>,
    run: () => Promise<NoInfer<Given>>,
  ): Promise<T>;
}
