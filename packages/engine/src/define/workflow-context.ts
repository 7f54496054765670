import type { JsonValue } from '@runtape/event-log';
import type { EmittedEvent, EventData, WorkflowId } from '@runtape/events';
import type { z } from 'zod';
import type { Agent, AgentIntro } from './agent.ts';
import type { BudgetState, Meter, Spent } from './spending.ts';

export interface StatusDetails {
  /** How far the stage is, 0 to 1. */
  readonly progress?: number;
  /** Set once it is known what the workflow is about. */
  readonly subject?: { readonly title: string; readonly url?: string };
}

export type LogLevel = EventData<'log:created'>['level'];

/** Who started a workflow, as its record has it. */
export interface StartedBy {
  /** `null`: somebody at a server without accounts. */
  readonly userId: string | null;
  /** Whether they saw the workflows of everybody then. */
  readonly seesAll: boolean;
}

/** What a workflow definition has of the attempt it runs in. */
export interface WorkflowContext {
  readonly workflowId: WorkflowId;
  /** Who started it, for what not everybody may do. */
  readonly startedBy: StartedBy;
  /**
   * From 1, one more with every attempt; a planned stop of a worker, a pause and a resume use up a
   * number as well.
   */
  readonly attempt: number;
  /** After this attempt none follows; the numbers that `attempt` only used up do not count. */
  readonly maxAttempts: number;
  /**
   * Aborts when the attempt shall end; the reason is a `WorkflowCancelled` (also when the budget is
   * spent), a `WorkflowPaused`, a `WorkerStopped`, an `AttemptOvertaken`, or what the log failed
   * with. Pass it to everything that waits. A definition need only let the abort pass; it may clean
   * up before, for 15 s, or 3 s when a worker stops.
   */
  readonly signal: AbortSignal;

  /**
   * Emits an event. Order is the order of the calls.
   * @returns when there is room for more, not when the event is stored. Wait for it, so that a
   *   store that stalls slows the workflow down.
   * @throws EngineError `invalid_event`, `reserved_event` (the engine's own: `workflow:…`,
   *   `step:…`), `event_too_large`; the signal's reason once it has aborted.
   */
  emit(event: EmittedEvent): Promise<void>;

  /**
   * Says what the workflow does now, in a sentence: a `status` event, also shown in lists.
   * @param stage stable name, e.g. `issue_read`.
   * @throws as `emit`.
   */
  status(stage: string, message: string, more?: StatusDetails): Promise<void>;

  /** Writes a line for those who look closer: a `log:created` event. @throws as `emit`. */
  log(level: LogLevel, message: string, fields?: Record<string, JsonValue>): Promise<void>;

  /**
   * Adds to what the workflow has spent, over all attempts. Shown in lists and in the terminal
   * event; stored with the next event, so what a kept step spent is stored with its result.
   * @throws the signal's reason once it has aborted; it is counted all the same.
   */
  spend(spent: Spent): Promise<void>;

  /**
   * Counts one call to a model whose answer streams, so that the budget can stop it on its way.
   * Dispose of it when the call ends.
   */
  meter(): Meter;

  /**
   * What the workflow may spend and has spent. The engine watches it: see `WorkflowSource.budget`.
   */
  readonly budget: BudgetState;

  /**
   * Runs an agent: `agent:started` before, `agent:completed` or `agent:failed` after it, with how
   * long it took and what it spent. Nothing is kept of it: run it inside a step of its own, so that
   * a later attempt does not run it again.
   * @param summary says in a sentence what came of it, for `agent:completed`. Default: nothing is
   *   said.
   * @returns what `run` returns.
   * @throws whatever `run` throws, after `agent:failed`. Once the signal has aborted that is not
   *   said: the workflow's end ends its agents.
   */
  agent<Result>(
    intro: AgentIntro,
    run: (agent: Agent) => Promise<Result>,
    summary?: (result: NoInfer<Result>) => string,
  ): Promise<Result>;

  /**
   * Runs a part of the workflow whose result is kept: a later attempt gets the result and does not
   * run it again. What is emitted inside belongs to the step, and no longer counts when the attempt
   * ends before the step does.
   * @param name unique within a run: letters, digits, dots, dashes, underscores, at most 100.
   * @param result what the result looks like. Must accept its own output.
   * @returns once the result is stored.
   * @throws EngineError `invalid_step_name`, `step_reused`, `invalid_step_result`,
   *   `kept_result_unreadable`; whatever `run` throws; the signal's reason once it has aborted.
   */
  step<T extends JsonValue>(
    name: string,
    result: z.ZodType<T>,
    run: () => Promise<NoInfer<T>>,
  ): Promise<T>;
}
