import { type Decoded, matchShape, type Shape } from '@runtape/events';

/**
 * The protocol version. It increases with every change that an older host would not understand:
 * tabs of different versions then do not share a stream.
 */
export const PROTOCOL = 3;

/** The default time limit for a response of the host or the browser, in ms. */
export const ANSWER_MS = 5000;

/**
 * The messages between tabs and the host of the shared connection. A tab that was open during a
 * deployment may run a different version from the host, so every message is parsed.
 */
const settings = {
  object: {
    retry: {
      object: {
        attempts: { number: {} },
        baseMs: { number: {} },
        maxMs: { number: {} },
        pollAfter: { number: {} },
        pollMs: { number: {} },
      },
    },
    connectTimeoutMs: { number: {} },
  },
} as const;

/** The number of a tab's subscription. */
const follow = { number: { isInteger: true } } as const;

const toHost = {
  /** A tab's first message, and also its ping: the host must respond. */
  hello: {
    object: {
      /** The lock that the tab holds for its lifetime; `null` if the browser grants none. */
      lock: { nullable: 'string' },
      url: 'string',
      settings,
    },
  },
  follow: {
    object: {
      follow,
      workflowId: 'string',
      after: { nullable: 'eventId' },
      replay: { oneOf: ['snapshot', 'events'] },
      types: { nullable: { array: 'string' } },
    },
  },
  'follow-thread': { object: { follow, threadId: 'string', after: { nullable: 'string' } } },
  unfollow: { object: { follow } },
  /** Acknowledges `count` more messages: the host has room for as many again. */
  taken: { object: { follow, count: { number: { isInteger: true, above: 0 } } } },
  wake: { object: { reason: { oneOf: ['visible', 'online'] } } },
  bye: { object: {} },
} as const satisfies Readonly<Record<string, Shape>>;

/** The states of a connection that has neither ended nor failed. */
const states = {
  connecting: { object: {} },
  live: { object: {} },
  reconnecting: { object: { inMs: { number: {} }, attempt: { number: {} } } },
  polling: { object: {} },
} as const satisfies Readonly<Record<string, Shape>>;

const fromHost = {
  /**
   * The response to `hello`. The host holds `lock` for its lifetime; `null` where there are no
   * locks.
   */
  welcome: { object: { lock: { nullable: 'string' } } },
  /**
   * `chars` is the approximate size of the message: the tab acknowledges early enough for the host
   * to continue.
   */
  message: { object: { follow, id: 'string', message: 'unknown', chars: { number: {} } } },
  /** `parseFromHost` parses the state itself. */
  state: { object: { follow, state: 'unknown' } },
  ended: { object: { follow } },
  failed: {
    object: {
      follow,
      error: {
        object: {
          kind: { oneOf: ['service', 'stream', 'protocol', 'network', 'refused'] },
          code: 'string',
          message: 'string',
        },
      },
    },
  },
} as const satisfies Readonly<Record<string, Shape>>;

/** A union of the shapes of a table, told apart by the field `Tag`. */
type Tagged<Tag extends string, Shapes> = {
  [Name in keyof Shapes]: Readonly<Record<Tag, Name>> & Decoded<Shapes[Name]>;
}[keyof Shapes];

export type ToHost = Tagged<'kind', typeof toHost>;
export type SubscribeMessage = Extract<ToHost, { kind: 'follow' | 'follow-thread' }>;
/** The state of a connection that has neither ended nor failed. */
export type OpenState = Tagged<'state', typeof states>;
export type FromHost =
  | Exclude<Tagged<'kind', typeof fromHost>, { kind: 'state' }>
  | { readonly kind: 'state'; readonly follow: number; readonly state: OpenState };
export type ConnectionSettings = Decoded<typeof settings>;

/** Parses a message from a tab; `null` when it is not one. */
export function parseToHost(data: unknown): ToHost | null {
  return matchTagged('kind', toHost, data);
}

/** Parses a message from the host; `null` when it is not one. */
export function parseFromHost(data: unknown): FromHost | null {
  const message = matchTagged('kind', fromHost, data);
  if (message?.kind !== 'state') return message;
  const state = matchTagged('state', states, message.state);
  return state === null ? null : { ...message, state };
}

function matchTagged<Tag extends string, const Shapes extends Readonly<Record<string, Shape>>>(
  tag: Tag,
  shapes: Shapes,
  data: unknown,
): Tagged<Tag, Shapes> | null;
function matchTagged(tag: string, shapes: Readonly<Record<string, Shape>>, data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return null;
  const name: unknown = Reflect.get(data, tag);
  if (typeof name !== 'string' || !Object.hasOwn(shapes, name)) return null;
  const shape = shapes[name];
  const fields = shape === undefined ? null : matchShape(shape, data);
  return typeof fields === 'object' && fields !== null ? { [tag]: name, ...fields } : null;
}
