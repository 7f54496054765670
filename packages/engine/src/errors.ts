export type EngineErrorCode =
  | 'event_too_large'
  | 'too_many_events'
  | 'invalid_definition'
  | 'invalid_event'
  | 'undeclared_event'
  | 'async_schema'
  | 'invalid_spending'
  | 'reserved_event'
  | 'invalid_input'
  | 'invalid_result'
  | 'invalid_step_name'
  | 'step_reused'
  | 'invalid_step_result'
  | 'kept_result_unreadable'
  | 'part_in_use'
  | 'invalid_stream'
  | 'log_lost'
  | 'archive_not_written';

/** A failure of the engine. The message is shown to the people who watch the workflow. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Thrown by a workflow definition for a failure that would only repeat. Ends the workflow with
 * `workflow:failed`.
 *
 * `code` is stable, snake_case, and listed in `docs/errors/`. `message` says what was wrong and
 * what to do, and is shown to people. `cause` stays in the process.
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
 * Thrown by a workflow definition for a failure that may pass. Another attempt follows while one is
 * left, at the earliest after `retryAfterMs`. After the last, the workflow ends with
 * `workflow:failed` and this code and message.
 */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';
  readonly code: string;
  /** Minimum wait before the next attempt, in ms; undefined leaves it to the engine. */
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

/** Abort reason: the workflow was cancelled. It ends with `workflow:cancelled`. */
export class WorkflowCancelled extends Error {
  /** Recognised as an abort by other libraries. */
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
 * Abort reason: the workflow was paused. A later attempt continues after the last completed step.
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

/** Abort reason: the workflow blocked the event loop for too long. It fails. */
export class EventLoopStalled extends FatalError {
  constructor() {
    super(
      'event_loop_stalled',
      'A step blocked the event loop of its worker for too long. Divide its work into slices, or move it to another thread.',
    );
  }
}

/** Abort reason: a newer attempt took over, or the workflow has ended. */
export class AttemptOvertaken extends Error {
  override readonly name = 'AbortError';
  readonly code = 'attempt_overtaken';
}

/** Abort reason: the worker stops and hands the workflow over to another one. */
export class WorkerStopped extends Error {
  override readonly name = 'AbortError';
  readonly code = 'worker_stopped';

  constructor() {
    super('The worker stops; another worker continues the workflow.');
  }
}

/** Without a cause there is no `cause` property: `cause: undefined` would be printed. */
function causeOf({ cause }: { cause?: unknown }): ErrorOptions | undefined {
  return cause === undefined ? undefined : { cause };
}
