import type { Attempt, JsonValue } from '@runtape/event-log';
import type { EmittedEvent, WorkflowSummary } from '@runtape/events';
import { EngineError } from '../errors.ts';
import type { EventWriter } from '../emit/event-writer.ts';
import type { Spending } from './spending.ts';
import { Steps } from './steps.ts';
import type { WorkflowContext } from '../workflow-context.ts';

/** The engine's own: a definition that emitted one would end or restart its workflow behind the engine's back. */
const RESERVED = /^(?:workflow|step):/;

export interface ContextOptions {
  readonly attempt: Attempt;
  readonly maxAttempts: number;
  readonly writer: EventWriter;
  readonly spending: Spending;
  readonly kept: ReadonlyMap<string, JsonValue>;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** Makes what a definition has of the attempt it runs in. */
export function createContext(options: ContextOptions): WorkflowContext {
  const { attempt, writer, spending, signal } = options;
  const steps = new Steps(options);

  const emit = async (event: EmittedEvent, summary?: Partial<WorkflowSummary>): Promise<void> => {
    signal.throwIfAborted();
    if (RESERVED.test(event.type)) {
      throw new EngineError(
        'reserved_event',
        `A workflow definition cannot emit "${event.type}": the engine does. Return, throw, or use ctx.step.`,
      );
    }
    await writer.emit(event, { summary, signal, step: steps.current });
  };

  return {
    workflowId: attempt.workflowId,
    attempt: attempt.attempt,
    maxAttempts: options.maxAttempts,
    signal,
    emit: (event) => quiet(emit(event)),
    status: (stage, message, { progress, subject } = {}) => {
      const data = { stage, message, progress, subject };
      return quiet(emit({ type: 'status', data }, { stage: message, ...subject }));
    },
    log: (level, message, fields) =>
      quiet(emit({ type: 'log:created', data: { level, message, fields } })),
    spend: async (spent) => {
      signal.throwIfAborted();
      writer.note(spending.add(spent));
    },
    step: (name, result, run) => steps.run(name, result, run),
  };
}

/** A definition that does not wait for an emit must not bring the process down when the attempt ends. */
function quiet(promise: Promise<void>): Promise<void> {
  promise.catch(() => undefined);
  return promise;
}
