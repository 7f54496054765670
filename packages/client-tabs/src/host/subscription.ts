import type { RuntapeClientError } from '@runtape/client';
import type { Page, RequestOptions } from '@runtape/client/internals';
import type { OpenState } from '../protocol/messages.ts';

/** Receives the messages of a tab's subscription. */
export interface Listener {
  /** `chars` is the approximate size of the message. */
  message(id: string, message: unknown, chars: number): void;
  state(state: OpenState): void;
  /** This is the last call. */
  ended(): void;
  /** This is the last call. */
  failed(error: RuntapeClientError): void;
}

/** A part of the shared stream: a workflow for all of its subscribers, or a thread for one. */
export interface Subscription {
  /** Whether it has ended, or has no subscribers any more. */
  readonly isOver: boolean;
  /** Whether the next request includes it. */
  readonly isWanted: boolean;
  /** Whether the last opened request includes it. */
  readonly isRequested: boolean;
  readonly listeners: readonly Listener[];
  /** Delivers a message; `chars` is its approximate size. */
  accept(id: string, message: unknown, chars: number): void;
  /** Ends the subscription: all messages have arrived. */
  end(): void;
  /** Ends the subscription with an error. */
  refuse(error: RuntapeClientError): void;
  /** Fetches the messages after its cursor. */
  fetchPage(options: RequestOptions): Promise<Page>;
}
