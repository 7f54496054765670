import { z } from 'zod';
import { type Usage, usageSchema } from '../measure/usage.ts';
import { type Child, startChild } from '../processes/child.ts';
import type { LiveServerName } from './index.ts';
import type { Settings } from './live-server.ts';

const startedSchema = z.object({ port: z.number(), requests: z.array(z.string()) });
const publishedSchema = z.object({ startedMs: z.number(), endedMs: z.number() });

/** A server in a separate process. Disposing of it ends it. */
export interface RunningServer extends AsyncDisposable {
  readonly port: number;
  /** The requests of its watchers, in turn. */
  readonly requests: readonly string[];
  readonly pid: number;
  /**
   * Publishes the next events, some in each turn of its event loop. @returns the times of start and
   * end.
   */
  publish(count: number, atOnce: number): Promise<z.infer<typeof publishedSchema>>;
  /** Its resource usage so far. @param isCollected collects garbage first. */
  usage(isCollected?: boolean): Promise<Usage>;
}

/** Starts a server of a bench. @param cpu the CPU it runs on. */
export async function startServerOf(
  name: LiveServerName,
  settings: Settings,
  cpu: number | undefined,
): Promise<RunningServer> {
  const child: Child = await startChild('subjects/server-process.ts', { name, cpu });
  try {
    const { port, requests } = await child.call('start', { server: name, settings }, startedSchema);
    return {
      port,
      requests,
      pid: child.pid,
      publish: (count, atOnce) => child.call('publish', { count, atOnce }, publishedSchema),
      usage: (isCollected = false) => child.call('usage', { isCollected }, usageSchema),
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}
