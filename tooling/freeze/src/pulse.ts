import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

const reportSchema = z.object({ asked: z.number(), failed: z.number(), worstMs: z.number() });

/** What somebody who only asks whether the server is there has met with. */
export type PulseReport = z.infer<typeof reportSchema>;

/** Another process that asks a server every 10 ms whether it is there. */
export interface Pulse extends AsyncDisposable {
  /** What it met with since the last report. The question that is under way is waited for, and counts. */
  report(): Promise<PulseReport>;
}

/** @param url the server's origin. */
export function startPulse(url: string): Pulse {
  const child = fork(join(import.meta.dirname, 'pulse-process.ts'), [url]);
  return {
    report: async () => {
      const answer = once(child, 'message');
      child.send('report');
      return z
        .tuple([reportSchema])
        .rest(z.unknown())
        .parse(await answer)[0];
    },
    [Symbol.asyncDispose]: async () => {
      const exit = once(child, 'exit');
      child.kill();
      await exit;
    },
  };
}
