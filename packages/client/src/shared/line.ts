import type { Asking, Page } from '../transport/fetch-page.ts';
import type { RuntapeClientError } from '../errors.ts';
import type { FollowSink } from './follower.ts';

/** A part of the shared stream: a workflow, for all who follow it; or a thread, for one who does. */
export interface Line {
  /** Nothing more comes of it, or nobody follows it any more. */
  readonly isOver: boolean;
  /** The next request is to have it. */
  readonly isWanted: boolean;
  /** The request that was opened last has it. */
  readonly isOnWire: boolean;
  /** Those who hear of it. */
  readonly sinks: readonly FollowSink[];
  /** Hands on what came; `chars` is its size, nearly. */
  take(id: string, message: unknown, chars: number): void;
  /** Everything has come. */
  end(): void;
  /** Nothing more of it comes, and not because it has ended. */
  refuse(error: RuntapeClientError): void;
  /** Asks once for what comes after where it stands. */
  ask(asking: Asking): Promise<Page>;
}
