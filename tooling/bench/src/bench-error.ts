export type BenchErrorCode = 'event_lost' | 'peer_failed';

/** A bench is worth nothing: an event was lost or doubled, or a server that is measured failed. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
  readonly code: BenchErrorCode;

  constructor(code: BenchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
