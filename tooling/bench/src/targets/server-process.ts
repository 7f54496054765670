import { setImmediate as nextTurn } from 'node:timers/promises';
import { expose } from '../processes/expose.ts';
import { nowMs } from '../measure/clock.ts';
import { readUsage, type Usage } from '../measure/usage.ts';
import { type LiveServerName, liveServers } from './index.ts';
import type { LiveServer, Settings } from './live-server.ts';

let server: LiveServer | undefined;
let published = 0;

const functions = {
  start: async (name: LiveServerName, settings: Settings) => {
    server = await liveServers[name](settings);
    const { port, requests } = server;
    return { port, requests };
  },
  /** Publishes the next events, `atOnce` in each turn of the event loop. */
  publish: async (count: number, atOnce: number) => {
    const startedMs = nowMs();
    for (const end = published + count; published < end;) {
      const now = Math.min(atOnce, end - published);
      const first = published + 1;
      published += now;
      await server?.publish(Array.from({ length: now }, (_, index) => first + index));
      await nextTurn();
    }
    return { startedMs };
  },
  /** The resource usage so far. @param isCollected collects garbage first. */
  usage: async (isCollected = false): Promise<Usage> => {
    if (isCollected) await collectGarbage();
    return readUsage();
  },
};

export type ServerFunctions = typeof functions;

expose(functions);

/** Collects several times, since one collection may free objects that held others. */
async function collectGarbage(): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    globalThis.gc?.();
    await nextTurn();
  }
}
