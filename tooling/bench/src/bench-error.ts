export type BenchErrorCode = 'event_lost' | 'peer_failed';

/** The bench is invalid: an event was lost or doubled, or a measured server failed. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
  readonly code: BenchErrorCode;

  constructor(code: BenchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
