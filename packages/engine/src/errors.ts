export type EngineErrorCode =
  | 'event_too_large'
  | 'too_many_events'
  | 'invalid_event'
  | 'reserved_event'
  | 'invalid_input'
  | 'invalid_result'
  | 'invalid_step_name'
  | 'step_reused'
  | 'invalid_step_result'
  | 'kept_result_unreadable'
  | 'log_lost'
  | 'archive_not_written';

/**
 * What the engine refuses, or cannot go on with. The message is fit for the people who watch the
 * workflow.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Thrown by a workflow definition: a failure that would only repeat itself. The workflow ends with
 * `workflow:failed`.
 *
 * `code` is stable, snake_case, and listed in `docs/errors/`; `message` says what was wrong and
 * what to do, and is shown to whoever watches. `cause` stays in the process.
 */
export class FatalError extends Error {
  override readonly name = 'FatalError';
  readonly code: string;

  constructor(code: string, message: string, options: { cause?: unknown } = {}) {
    super(message, causeOf(options));
    this.code = code;
  }
}

/**
 * Thrown by a workflow definition: a failure that may pass. Another attempt follows while there are
 * any left, at the earliest after `retryAfterMs`; after the last the workflow ends with
 * `workflow:failed`, with this code and message.
 */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';
  readonly code: string;
  /** Least time to wait before the next attempt, in ms; undefined leaves it to the engine. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: string,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, causeOf(options));
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Why `ctx.signal` aborts: somebody cancelled the workflow. It ends with `workflow:cancelled`. */
export class WorkflowCancelled extends Error {
  /** So that whatever knows aborts knows this one. */
  override readonly name = 'AbortError';
  readonly code = 'workflow_cancelled';
  readonly by: string | undefined;
  readonly reason: string | undefined;

  constructor({ by, reason }: { by?: string | undefined; reason?: string | undefined } = {}) {
    super('The workflow was cancelled.');
    this.by = by;
    this.reason = reason;
  }
}

/**
 * Why `ctx.signal` aborts: somebody paused the workflow. A later attempt goes on after the last
 * completed step.
 */
export class WorkflowPaused extends Error {
  override readonly name = 'AbortError';
  readonly code = 'workflow_paused';
  readonly by: string | undefined;

  constructor({ by }: { by?: string | undefined } = {}) {
    super('The workflow was paused.');
    this.by = by;
  }
}

/**
 * Why `ctx.signal` aborts: the workflow held the event loop for so long that its worker did nothing
 * else. It fails.
 */
export class EventLoopStalled extends FatalError {
  constructor() {
    super(
      'event_loop_stalled',
      'A step held the event loop of its worker for so long that nothing else could run there. Such work has to be done in slices, or in another thread.',
    );
  }
}

/**
 * Why `ctx.signal` aborts: the attempt may no longer write, because a newer one took over or the
 * workflow has ended.
 */
export class AttemptOvertaken extends Error {
  override readonly name = 'AbortError';
  readonly code = 'attempt_overtaken';
}

/** Why `ctx.signal` aborts: the worker stops and hands the workflow over to another one. */
export class WorkerStopped extends Error {
  override readonly name = 'AbortError';
  readonly code = 'worker_stopped';

  constructor() {
    super('The worker stops; another one goes on with the workflow.');
  }
}

/** Leaves `cause` out when there is none: an own `cause: undefined` would be printed. */
function causeOf({ cause }: { cause?: unknown }): ErrorOptions | undefined {
  return cause === undefined ? undefined : { cause };
}
