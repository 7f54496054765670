import { eventIdSchema, replaySchema } from '@runtape/events';
import { z } from 'zod';

/** Counts up when what they say changes so that an older hub would not understand: tabs of both then do not share. */
export const PROTOCOL = 3;

/**
 * What tabs and the hub say to each other. Both are the same program as a rule; a tab that was open while it was replaced
 * may be of another version, so that what comes is read and not believed.
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

export const toHubSchema = z.discriminatedUnion('kind', [
  /** The first word of a tab, and again whenever it wants to know whether the hub is there. */
  z.object({
    kind: z.literal('hello'),
    /** The lock that the tab holds as long as it lives; `null` where it gets none. */
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
  /** So many more messages were taken: there is room for as many. */
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

export const fromHubSchema = z.discriminatedUnion('kind', [
  /** The answer to `hello`; `lock` is held as long as the hub lives, where there are locks. */
  z.object({ kind: z.literal('welcome'), lock: z.string().nullable() }),
  /** `chars` is its size, nearly: the tab says what it has taken before so much is untaken that nothing more comes. */
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

export type ToHub = z.infer<typeof toHubSchema>;
/** What can be followed. */
export type FollowAsked = Extract<ToHub, { kind: 'follow' | 'follow-thread' }>;
export type FromHub = z.infer<typeof fromHubSchema>;
/** How a stream stands while it is not over. */
export type StandingState = z.infer<typeof stateSchema>;
export type HubSettings = z.infer<typeof settingsSchema>;
