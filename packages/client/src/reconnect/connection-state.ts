import type { ErrorKind } from '../transport/errors.ts';

/** How a stream is connected, for a person. */
export type ConnectionState =
  | { readonly state: 'connecting' }
  /** Events arrive as they happen. */
  | { readonly state: 'live' }
  /** The connection was lost; the next try starts in `inMs` milliseconds. */
  | { readonly state: 'reconnecting'; readonly inMs: number; readonly attempt: number }
  /** Events arrive by asking for them now and then. */
  | { readonly state: 'polling' }
  /** The workflow has ended and everything of it has arrived. */
  | { readonly state: 'ended' }
  /** Given up. */
  | { readonly state: 'failed'; readonly kind: ErrorKind; readonly message: string };
