/** A server that many watch, as far as a bench is concerned. */
export interface LiveServer {
  readonly port: number;
  /** What watchers send, whole, in turn. */
  readonly requests: readonly string[];
  /**
   * Hands over the events with these numbers, which are the next, in this turn of the event loop.
   */
  publish(numbers: readonly number[]): void | Promise<void>;
}

/** What a server of a bench is started with. */
export interface Settings {
  /**
   * What the events are: `status` events are never merged, `token` events are for readers behind.
   * Default: `status`.
   */
  readonly events: 'status' | 'token';
  /** Of a Redis that nothing else uses. Default: none, and no server needs one. */
  readonly redisUrl?: string | undefined;
  /** How often a quiet stream shows that it is alive. Default: never, or as the server has it. */
  readonly heartbeatMs?: number | undefined;
  /**
   * Workflows that another process writes, for servers on Redis; the watchers watch one each.
   * Default: one of its own.
   */
  readonly workflowIds?: readonly string[] | undefined;
  /** A folder that goes with the bench. */
  readonly folder: string;
}

/** One file for each. */
export type StartLiveServer = (settings: Settings) => Promise<LiveServer>;

/** The number of a token in its text, and what merged tokens are checked by. */
export const TOKEN_DIGITS = 6;
const MESSAGE = 'Reading the repository and looking for what the issue talks about';

/** What an event says, the same for everybody. */
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

/** What a status says. @param before in front of its message. */
export function statusData(before = '') {
  return { stage: 'working', message: before + MESSAGE };
}

/** What the token with this number says. */
export function textOf(number: number): string {
  return `${String(number).padStart(TOKEN_DIGITS, '0')} `;
}

/** How ids are written, by everybody. */
export function idOf(number: number): string {
  return `benchmrk-${number}`;
}

/** An event as most of them write it. */
export function frameOf(number: number, kind: Settings['events']): string {
  const event = { id: idOf(number), ...eventOf(number, kind) };
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\nid: ${event.id}\n\n`;
}

/** What a client sends that asks with GET. */
export function getRequest(path: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({
    Host: '127.0.0.1',
    Accept: 'text/event-stream',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
