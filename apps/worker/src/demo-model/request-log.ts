/** One request the demo model got. The record is live: `outcome` changes when the request ends. */
export interface DemoModelRequest {
  readonly method: string;
  readonly path: string;
  readonly receivedAt: Date;
  /**
   * The model asked for; absent when the body could not be read, and for requests that name none.
   */
  readonly model?: string;
  /** How many messages the conversation had. */
  readonly messageCount: number;
  /** Names of the tools that were offered. */
  readonly tools: readonly string[];
  readonly stream: boolean;
  /**
   * `completed`: answered in full. `aborted by client`: the client closed the connection before
   * that. `failed`: refused, failed by script, or cut off because the demo model was closed.
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

  /** Opens the record of a request; the caller fills in what it learns. */
  open(method: string, path: string, receivedAt: Date): RequestRecord {
    const unread = { messageCount: 0, tools: [], stream: false } as const;
    const record: RequestRecord = { method, path, receivedAt, ...unread, outcome: 'running' };
    this.all.push(record);
    if (this.all.length > MAX_KEPT) this.all.shift();
    return record;
  }
}
