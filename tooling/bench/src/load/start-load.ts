import { z } from 'zod';
import { startChild } from '../processes/child.ts';
import type { Arrival, AudienceOptions } from './audience.ts';

const arrivalSchema = z.object({
  atMs: z.number(),
  events: z.number(),
  bytes: z.number(),
  problems: z.array(z.string()),
  delaysMs: z.array(z.number()),
});
const replayedSchema = z.object({
  tookMs: z.number(),
  bytes: z.number(),
  problems: z.array(z.string()),
});
const seenSchema = z.object({ numbers: z.array(z.number()), problems: z.array(z.string()) });
type Replayed = z.infer<typeof replayedSchema>;
/** Added to the time that an audience itself waits. */
const GRACE_MS = 10_000;

/** All watchers of a bench, in a separate process. Disposing of it ends it. */
export interface Load extends AsyncDisposable {
  /** Opens connections to a server. @param key identifies them in later calls. */
  open(key: string, options: AudienceOptions): Promise<void>;
  /** @returns when each watcher has received this event, or after `timeoutMs`. */
  reach(key: string, target: number, timeoutMs: number): Promise<Arrival>;
  /** Connects late watchers. @returns the time until the last one had received this event. */
  replay(options: AudienceOptions, target: number, timeoutMs: number): Promise<Replayed>;
  /** @returns the last event that each watcher has seen so far. */
  seen(key: string): Promise<z.infer<typeof seenSchema>>;
  close(key: string): Promise<void>;
}

/** @param cpu the CPU it runs on. */
export async function startLoad(cpu: number | undefined): Promise<Load> {
  const child = await startChild('load/load-process.ts', { name: 'the load', cpu });
  const nothing = z.unknown();
  return {
    open: async (key, options) => void (await child.call('open', { key, ...options }, nothing)),
    reach: (key, target, timeoutMs) =>
      child.call('reach', { key, target, timeoutMs }, arrivalSchema, {
        timeoutMs: timeoutMs + GRACE_MS,
      }),
    replay: (options, target, timeoutMs) =>
      child.call('replay', { key: '', ...options, target, timeoutMs }, replayedSchema, {
        timeoutMs: timeoutMs + GRACE_MS,
      }),
    seen: (key) => child.call('seen', { key }, seenSchema),
    close: async (key) => void (await child.call('close', { key }, nothing)),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
