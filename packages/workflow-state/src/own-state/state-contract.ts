/** An own event, as a reducer gets it. */
interface ReducedEvent {
  readonly type: string;
  readonly data: unknown;
  readonly timestamp: string;
}

/**
 * What the fold needs of a workflow's contract; `defineContract` of `@runtape/engine` makes one.
 */
export interface StateContract {
  readonly name: string;
  /** The state before the first event; unused without a reducer. */
  readonly state?: unknown;
  /** Computes the next state. It must be pure. */
  reduce?(state: unknown, event: ReducedEvent): unknown;
}
