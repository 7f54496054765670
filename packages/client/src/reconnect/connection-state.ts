import type { ErrorKind } from '../transport/errors.ts';

/** The connection state of a stream, for display. */
export type ConnectionState =
  | { readonly state: 'connecting' }
  /** Events arrive as they happen. */
  | { readonly state: 'live' }
  /** The connection was lost; the next attempt starts in `inMs` milliseconds. */
  | { readonly state: 'reconnecting'; readonly inMs: number; readonly attempt: number }
  /** Streaming fails, so the client polls for events. */
  | { readonly state: 'polling' }
  /** The workflow has ended and all of its events have arrived. */
  | { readonly state: 'ended' }
  /** The client has given up. */
  | { readonly state: 'failed'; readonly kind: ErrorKind; readonly message: string };
