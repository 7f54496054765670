/** A request to the demo model. The record is live: `outcome` changes when the request ends. */
export interface DemoModelRequest {
  readonly method: string;
  readonly path: string;
  readonly receivedAt: Date;
  /** The requested model; missing if the body was unreadable or names none. */
  readonly model?: string;
  /** The number of messages in the conversation. */
  readonly messageCount: number;
  /** Names of the offered tools. */
  readonly tools: readonly string[];
  readonly stream: boolean;
  /**
   * `completed`: answered completely. `aborted by client`: the client closed the connection before
   * that. `failed`: refused, failed by script, or interrupted because the demo model was closed.
   */
  readonly outcome: 'running' | 'completed' | 'aborted by client' | 'failed';
}

export type RequestRecord = {
  -readonly [Field in keyof DemoModelRequest]: DemoModelRequest[Field];
};

const MAX_KEPT = 1_000;

/** The latest requests. */
export class RequestLog {
  readonly all: RequestRecord[] = [];

  /** Adds a record for a request; the caller fills in further fields. */
  open(method: string, path: string, receivedAt: Date): RequestRecord {
    const unread = { messageCount: 0, tools: [], stream: false } as const;
    const record: RequestRecord = { method, path, receivedAt, ...unread, outcome: 'running' };
    this.all.push(record);
    if (this.all.length > MAX_KEPT) this.all.shift();
    return record;
  }
}
