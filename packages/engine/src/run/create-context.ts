import type { Attempt, JsonValue } from '@runtape/event-log';
import { type Budget, type EmittedEvent, isEventType } from '@runtape/events';
import { readCustomEvent } from '../define/custom-events.ts';
import type { WorkflowDefinition } from '../define/define-workflow.ts';
import type { UncheckedEvent } from '../emit/stamp-event.ts';
import { EngineError } from '../errors.ts';
import type { EmitOptions, EventWriter } from '../emit/event-writer.ts';
import type { Ledger } from './ledger.ts';
import { type AgentOptions, runAgent } from './run-agent.ts';
import { Steps } from './steps.ts';
import { TextParts } from './text/text-parts.ts';
import type { WorkflowContext } from '../define/workflow-context.ts';

/** The engine's own events: a definition that emitted one could end or restart its workflow. */
const RESERVED = /^(?:workflow|step):/;

export interface ContextOptions {
  readonly attempt: Attempt;
  readonly definition: Pick<WorkflowDefinition, 'name' | 'events'>;
  readonly maxAttempts: number;
  readonly writer: EventWriter;
  readonly ledger: Ledger;
  /** `null` when the workflow has no budget. */
  readonly limits: Budget | null;
  readonly kept: ReadonlyMap<string, JsonValue>;
  readonly signal: AbortSignal;
  /** Aborts when the definition is abandoned: none of its events may follow the last event. */
  readonly ended: AbortSignal;
  readonly now: () => number;
}

/** Makes the context that a definition runs with. */
export function createContext(options: ContextOptions): WorkflowContext {
  const { attempt, definition, writer, ledger, limits, signal, ended, now } = options;
  const steps = new Steps(options);
  const writtenAt = new Map<string, number>();

  const emit = async (event: UncheckedEvent, more: EmitOptions = {}): Promise<void> => {
    signal.throwIfAborted();
    if (RESERVED.test(event.type)) {
      throw new EngineError(
        'reserved_event',
        `A workflow definition cannot emit "${event.type}": the engine does. Return, throw, or use ctx.step.`,
      );
    }
    await writer.emit(event, { signal, step: steps.current, ...more });
  };

  const texts = new TextParts({
    emit: (event, step) => emit(event, { step }),
    currentStep: () => steps.current,
    meter: () => ledger.meter(),
    signal,
  });

  const emitCustom = async (type: string, data: unknown): Promise<void> => {
    await emit(readCustomEvent(type, data, definition));
  };

  /** An agent's events belong to the step it runs in, also when a timer emits them. */
  const agentEmitters = (): Pick<AgentOptions<never>, 'emit' | 'emitLast'> => {
    const step = steps.current;
    const emitInStep = (event: EmittedEvent): Promise<void> => emit(event, { step });
    const emitFinal = async (event: EmittedEvent): Promise<void> => {
      if (!signal.aborted) await emitInStep(event);
      else if (!ended.aborted) await writer.emit(event, { step });
    };
    return { emit: emitInStep, emitLast: emitFinal };
  };

  return {
    workflowId: attempt.workflowId,
    startedBy: { userId: attempt.record.owner, seesAll: attempt.record.ownerSeesAll },
    attempt: attempt.attempt,
    maxAttempts: options.maxAttempts,
    signal,
    emit: (type, data) => quiet(isEventType(type) ? emit({ type, data }) : emitCustom(type, data)),
    status: (stage, message, { progress, subject } = {}) => {
      const data = { stage, message, progress, subject };
      return quiet(emit({ type: 'status', data }, { summary: { stage: message, ...subject } }));
    },
    log: (level, message, fields) =>
      quiet(emit({ type: 'log:created', data: { level, message, fields } })),
    spend: (spent) => quiet(ledger.meter().count(spent)),
    meter: () => ledger.meter(),
    budget: {
      limits,
      get spent() {
        return ledger.total;
      },
    },
    agent: (intro, run, summary) =>
      runAgent(intro, run, { ...agentEmitters(), summary, ledger, writtenAt, signal, now }),
    step: steps.run.bind(steps),
    text: (part, source, how) => texts.write(part, source, how),
  };
}

/** An emit that is not awaited must not crash the process when the attempt ends. */
function quiet(promise: Promise<void>): Promise<void> {
  promise.catch(() => undefined);
  return promise;
}
