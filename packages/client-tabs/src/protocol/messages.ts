import { eventIdSchema, replaySchema } from '@runtape/events';
import { z } from 'zod';

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
const settingsSchema = z.object({
  retry: z.object({
    attempts: z.number(),
    baseMs: z.number(),
    maxMs: z.number(),
    pollAfter: z.number(),
    pollMs: z.number(),
  }),
  connectTimeoutMs: z.number(),
});

const follow = z.int();

export const toHostSchema = z.discriminatedUnion('kind', [
  /** A tab's first message, and also its ping: the host must respond. */
  z.object({
    kind: z.literal('hello'),
    /** The lock that the tab holds for its lifetime; `null` if the browser grants none. */
    lock: z.string().nullable(),
    url: z.string(),
    settings: settingsSchema,
  }),
  z.object({
    kind: z.literal('follow'),
    follow,
    workflowId: z.string(),
    after: eventIdSchema.nullable(),
    replay: replaySchema,
    types: z.array(z.string()).nullable(),
  }),
  z.object({
    kind: z.literal('follow-thread'),
    follow,
    threadId: z.string(),
    after: z.string().nullable(),
  }),
  z.object({ kind: z.literal('unfollow'), follow }),
  /** Acknowledges `count` more messages: the host has room for as many again. */
  z.object({ kind: z.literal('taken'), follow, count: z.int().positive() }),
  z.object({ kind: z.literal('wake'), reason: z.enum(['visible', 'online']) }),
  z.object({ kind: z.literal('bye') }),
]);

const stateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('connecting') }),
  z.object({ state: z.literal('live') }),
  z.object({ state: z.literal('reconnecting'), inMs: z.number(), attempt: z.number() }),
  z.object({ state: z.literal('polling') }),
]);

export const fromHostSchema = z.discriminatedUnion('kind', [
  /**
   * The response to `hello`. The host holds `lock` for its lifetime; `null` where there are no
   * locks.
   */
  z.object({ kind: z.literal('welcome'), lock: z.string().nullable() }),
  /**
   * `chars` is the approximate size of the message: the tab acknowledges early enough for the host
   * to continue.
   */
  z.object({
    kind: z.literal('message'),
    follow,
    id: z.string(),
    message: z.unknown(),
    chars: z.number(),
  }),
  z.object({ kind: z.literal('state'), follow, state: stateSchema }),
  z.object({ kind: z.literal('ended'), follow }),
  z.object({
    kind: z.literal('failed'),
    follow,
    error: z.object({
      kind: z.enum(['service', 'stream', 'protocol', 'network', 'refused']),
      code: z.string(),
      message: z.string(),
    }),
  }),
]);

export type ToHost = z.infer<typeof toHostSchema>;
export type SubscribeMessage = Extract<ToHost, { kind: 'follow' | 'follow-thread' }>;
export type FromHost = z.infer<typeof fromHostSchema>;
/** The state of a connection that has neither ended nor failed. */
export type OpenState = z.infer<typeof stateSchema>;
export type ConnectionSettings = z.infer<typeof settingsSchema>;
