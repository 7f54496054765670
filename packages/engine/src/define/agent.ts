import type { JsonValue } from '@runtape/event-log';
import type { EventData } from '@runtape/events';
import type { Meter, Spent } from './spending.ts';

/** The identity of an agent, as shown to people. */
export interface AgentIntro {
  /** Unique within the workflow, and the same when a later attempt runs the agent again. */
  readonly agentId: string;
  /** Shown to people. */
  readonly name: string;
  readonly role: string;
  readonly model?: string | undefined;
}

/** Progress of an agent; fields left out stay as they were. */
export type AgentUpdate = Omit<EventData<'agent:progress'>, 'agentId' | 'usage' | 'cost'>;

/** One agent of a workflow, as its code sees it. */
export interface Agent {
  readonly agentId: string;
  /**
   * Reports progress as `agent:progress` events, at most one a second, with only what changed.
   * Reports in between are merged; the last state is written before the agent ends.
   * @throws as `WorkflowContext.emit`.
   */
  progress(update: AgentUpdate): Promise<void>;
  /** Writes a `log:created` event under the agent's name. @throws as `WorkflowContext.emit`. */
  log(
    level: EventData<'log:created'>['level'],
    message: string,
    fields?: Record<string, JsonValue>,
  ): Promise<void>;
  /**
   * Adds to the spending of agent and workflow. @throws EngineError
   * `invalid_spending`; the signal's reason once it has aborted.
   */
  spend(spent: Spent): Promise<void>;
  /** Counts one call to a model for the agent and the workflow. */
  meter(): Meter;
}
