import type { App, WorkflowsOf, WorkflowTypes } from '@runtape/contract';
import type {
  EventId,
  EventMetadata,
  EventType,
  KnownEvent,
  OtherEvent,
  SnapshotMessage,
  WorkflowSnapshot,
} from '@runtape/events';

/** A JSON value that a client sends. */
export type JsonInput =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly JsonInput[]
  | { readonly [key: string]: JsonInput };

/** The input of an app's workflow; any JSON without an app. */
export type WorkflowInput<
  Called extends App,
  Name extends keyof WorkflowsOf<Called>,
> = unknown extends WorkflowsOf<Called>[Name]['input']
  ? JsonInput
  : WorkflowsOf<Called>[Name]['input'];

/** The own event types of a workflow; none if they are not known. */
type OwnType<Types extends WorkflowTypes> = string extends keyof Types['events']
  ? never
  : keyof Types['events'] & string;

type OwnEvent<Types extends WorkflowTypes> = {
  [Type in OwnType<Types>]: {
    readonly type: Type;
    readonly data: Types['events'][Type];
    readonly timestamp: string;
    readonly metadata?: EventMetadata | undefined;
  };
}[OwnType<Types>];

/**
 * A message of a workflow with its id: a built-in event, an event of its own, an event that this
 * version does not know (`OtherEvent`), or a snapshot that replaces the state.
 */
export type RunEvent<Types extends WorkflowTypes = WorkflowTypes> = (
  | KnownEvent
  | OwnEvent<Types>
  | OtherEvent
  | SnapshotMessage
) & { readonly id: EventId };

/** The event types by which `events` can be filtered; any string if the own ones are not known. */
export type RunEventType<Types extends WorkflowTypes = WorkflowTypes> =
  string extends keyof Types['events'] ? string : EventType | OwnType<Types>;

/** The state of a workflow after an event. */
export interface RunState<Types extends WorkflowTypes = WorkflowTypes> extends Omit<
  WorkflowSnapshot,
  'result' | 'state'
> {
  /** The value that the workflow returned; `null` until it has completed. */
  readonly result: Types['result'] | null;
  /**
   * The state that the definition's `reduce` computes. `undefined` if it has none, or if the client
   * does not know it: pass the contract to `createRuntapeClient` as one of its `workflows`.
   */
  readonly state: Types['state'] | undefined;
}
