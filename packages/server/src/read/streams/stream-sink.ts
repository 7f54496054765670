/** Where the bytes of one stream go: a socket, or the body of a Response. */
export interface StreamSink {
  /**
   * Takes bytes that nobody changes any more: other streams may have got the same ones.
   * @returns whether it takes more now. When not, nothing may be written before it says `drained`.
   */
  write(bytes: Uint8Array): boolean;
  /** Everything was written. */
  end(): void;
}

/** What a sink tells those who write to it. */
export interface SinkListener {
  /** It takes more again, after a `write` that returned false. */
  drained(): void;
  /** The client is gone. */
  closed(): void;
}

/** Begins a stream: everything that it has is written to the sink, from now on. */
export type StartStream = (sink: StreamSink) => SinkListener;
