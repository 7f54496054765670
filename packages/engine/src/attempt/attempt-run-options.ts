import type { Attempt, EventLog } from '@runtape/event-log';
import type { WorkflowDefinition } from '../define-workflow.ts';
import type { EventWriter } from '../emit/event-writer.ts';
import type { StoreOutage } from '../time/store-outage.ts';
import type { CommandWatch } from './watch-commands.ts';

/** What an attempt works with. */
export interface AttemptRunOptions {
  readonly log: EventLog;
  readonly attempt: Attempt;
  readonly definition: WorkflowDefinition;
  readonly writer: EventWriter;
  readonly commands: Pick<CommandWatch, 'look'>;
  /** Of the attempt, in ms. */
  readonly leaseMs: number;
  /** Aborts what the definition does. The first reason counts. */
  readonly run: AbortController;
  /** In ms since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  /** The longest wait before the second attempt, in ms. */
  readonly retryBaseMs: number;
  /** Aborts when the worker cannot wait any longer. */
  readonly givingUp: AbortSignal;
  readonly onError: (error: unknown) => void;
  readonly outage: StoreOutage;
}
