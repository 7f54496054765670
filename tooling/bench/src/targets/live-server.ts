/** A server with live streams, as used by a bench. */
export interface LiveServer {
  readonly port: number;
  /** The complete requests that watchers send, in turn. */
  readonly requests: readonly string[];
  /** Publishes the next events, which have these numbers, in this turn of the event loop. */
  publish(numbers: readonly number[]): void | Promise<void>;
}

/** The settings of a server in a bench. */
export interface Settings {
  /**
   * The type of the events: `status` events are never merged, `token` events are for slow readers.
   * Default: `status`.
   */
  readonly events: 'status' | 'token';
  /** The URL of a Redis that nothing else uses. Default: none, and no server needs one. */
  readonly redisUrl?: string | undefined;
  /** The interval of heartbeats in a quiet stream. Default: the server's own, or none. */
  readonly heartbeatMs?: number | undefined;
  /**
   * Workflows that another process writes, for servers on Redis; each watcher follows one of them.
   * Default: the server's own workflow.
   */
  readonly workflowIds?: readonly string[] | undefined;
  /** A folder that is removed with the bench. */
  readonly folder: string;
}

/** The start function of a server; each has its own file. */
export type StartLiveServer = (settings: Settings) => Promise<LiveServer>;

/** The number of digits in the text of a token, used to check merged tokens. */
export const TOKEN_DIGITS = 6;
const MESSAGE = 'Reading the repository and looking for what the issue talks about';

/** The event with this number, the same for all servers. */
export function eventOf(number: number, kind: Settings['events']) {
  const timestamp = '2026-01-02T03:04:05.678Z';
  return kind === 'status'
    ? ({ type: 'status', data: statusData(), timestamp } as const)
    : ({
        type: 'token',
        data: { part: 'draft', isComplete: false, content: textOf(number) },
        timestamp,
      } as const);
}

/** The data of a status event. @param before the prefix of its message. */
export function statusData(before = '') {
  return { stage: 'working', message: before + MESSAGE };
}

/** The text of the token with this number. */
export function textOf(number: number): string {
  return `${String(number).padStart(TOKEN_DIGITS, '0')} `;
}

/** The format of ids in all servers. */
export function idOf(number: number): string {
  return `benchmrk-${number}`;
}

/** An event in the usual format. */
export function frameOf(number: number, kind: Settings['events']): string {
  const event = { id: idOf(number), ...eventOf(number, kind) };
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\nid: ${event.id}\n\n`;
}

/** A GET request as text. */
export function getRequest(path: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({
    Host: '127.0.0.1',
    Accept: 'text/event-stream',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** The input of a tRPC call, for its URL. */
export function trpcInput(json: object): string {
  return encodeURIComponent(JSON.stringify({ json }));
}
