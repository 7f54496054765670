import type { EventId, Replay } from '@runtape/events';
import type { ConnectionState } from '../reconnect/connection-state.ts';
import type { StreamProblem } from './cursor-guard.ts';

export interface FollowOptions {
  /** Deliver only events after this one. Default: all events. */
  readonly after?: EventId | undefined;
  /**
   * How a reader without a cursor receives the history: as its `events`, or as one `workflow:state`
   * with the resulting state, however long the history is. Default: `events`.
   */
  readonly replay?: Replay | undefined;
  /**
   * Deliver only events of these types, as emitted, e.g. `['status', 'log:created']`. The terminal
   * event, `reset` and `workflow:state` are always delivered. With a filter, missing events cannot
   * be detected from the numbers. Default: all types.
   */
  readonly types?: Iterable<string> | undefined;
  /** Ends the iteration with an AbortError. The workflow continues. */
  readonly signal?: AbortSignal | undefined;
  readonly onConnection?: ((state: ConnectionState) => void) | undefined;
  /** Called for events that could not be read, and for gaps. The stream continues. */
  readonly onProblem?: ((problem: StreamProblem) => void) | undefined;
}

export interface FollowThreadOptions extends Pick<
  FollowOptions,
  'signal' | 'onConnection' | 'onProblem'
> {
  /** Deliver only entries after the one with this `cursor`. Default: all entries. */
  readonly after?: string | undefined;
}
