import type { JsonValue } from '@runtape/event-log';
import type { EventData } from '@runtape/events';
import type { Meter, Spent } from './spending.ts';

/** How an agent is introduced. */
export interface AgentIntro {
  /** Unique within the workflow, and the same when a later attempt runs the agent again. */
  readonly agentId: string;
  /** For a person. */
  readonly name: string;
  readonly role: string;
  readonly model?: string | undefined;
}

/** How far an agent is; what is left out stays as it was. */
export type AgentUpdate = Omit<EventData<'agent:progress'>, 'agentId' | 'usage' | 'cost'>;

/** One agent of a workflow, for the code that plays it. */
export interface Agent {
  readonly agentId: string;
  /**
   * Says how far the agent is: an `agent:progress` event, at most one a second, that carries what
   * changed since the one before. What comes sooner is put together; the last state is written
   * before the agent ends.
   * @throws as `WorkflowContext.emit`.
   */
  progress(news: AgentUpdate): Promise<void>;
  /**
   * Writes a line under the agent's name: a `log:created` event. @throws as `WorkflowContext.emit`.
   */
  log(
    level: EventData<'log:created'>['level'],
    message: string,
    fields?: Record<string, JsonValue>,
  ): Promise<void>;
  /**
   * Adds to what the agent and the workflow have spent. @throws the signal's reason once it has
   * aborted.
   */
  spend(spent: Spent): Promise<void>;
  /** Counts one call to a model for the agent and the workflow. */
  meter(): Meter;
}
