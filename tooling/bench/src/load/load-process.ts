import { nowMs } from '../measure/clock.ts';
import { expose } from '../processes/expose.ts';
import { type Arrival, Audience, type AudienceOptions } from './audience.ts';

const audiences = new Map<string, Audience>();

function audienceOf(key: string): Audience {
  const audience = audiences.get(key);
  if (audience === undefined) throw new TypeError(`There are no watchers ${key}.`);
  return audience;
}

const functions = {
  /** Opens connections to a server. @param key identifies them in later calls. */
  open: async (key: string, options: AudienceOptions): Promise<void> => {
    audiences.set(key, await Audience.open(options));
  },
  /** @returns when each watcher has received this event, or after `timeoutMs`. */
  waitFor: async (key: string, target: number, timeoutMs: number): Promise<Arrival> =>
    await audienceOf(key).waitFor(target, timeoutMs),
  /** Connects late watchers. @returns the time until the last one had received this event. */
  replay: async (options: AudienceOptions, target: number, timeoutMs: number) => {
    const startedMs = nowMs();
    const audience = await Audience.open(options);
    const { atMs, bytes, problems } = await audience.waitFor(target, timeoutMs);
    audience.close();
    return { tookMs: atMs - startedMs, bytes, problems };
  },
  /** @returns the last event that each watcher has seen so far. */
  seen: (key: string) => audienceOf(key).seen,
  close: (key: string): void => {
    audienceOf(key).close();
    audiences.delete(key);
  },
};

export type LoadFunctions = typeof functions;

expose(functions);
