import type { RuntapeClientError } from '@runtape/client';
import type { Page, RequestOptions } from '@runtape/client/internals';
import type { OpenState } from '../protocol/messages.ts';

/** Where what a tab subscribed to goes. */
export interface Listener {
  /** `chars` is the approximate size. */
  message(id: string, message: unknown, chars: number): void;
  state(state: OpenState): void;
  /** Nothing comes after this. */
  ended(): void;
  /** Nothing comes after this. */
  failed(error: RuntapeClientError): void;
}

/** A part of the shared stream: a workflow for all its subscribers, or a thread for one. */
export interface Subscription {
  /** It has ended, or nobody subscribes any more. */
  readonly isOver: boolean;
  /** Belongs in the next request. */
  readonly isWanted: boolean;
  /** Is part of the request that was opened last. */
  readonly isRequested: boolean;
  readonly listeners: readonly Listener[];
  /** Hands on what came; `chars` is the approximate size. */
  accept(id: string, message: unknown, chars: number): void;
  /** Everything has come. */
  end(): void;
  /** Nothing more comes, and not because it has ended. */
  refuse(error: RuntapeClientError): void;
  /** Fetches what comes after its cursor. */
  fetchPage(options: RequestOptions): Promise<Page>;
}
