import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

const portSchema = z.tuple([z.number()]).rest(z.unknown());
const reportSchema = z.object({
  asked: z.number(),
  failed: z.number(),
  worstMs: z.number(),
  /** The worst answer of a server that has nothing else to do, at the same time on the same machine. */
  idleMs: z.number(),
});
const messageSchema = z.tuple([reportSchema]).rest(z.unknown());

/** What somebody who only asks whether the server is there has met with. */
export type PulseReport = z.infer<typeof reportSchema>;

/** Another process that asks a server every 10 ms whether it is there, and an idle one as well. */
export interface Pulse extends AsyncDisposable {
  /** What it met with since the last report. The question that is under way is waited for, and counts. */
  report(): Promise<PulseReport>;
}

/** @param url the server's origin. It may still be starting: what counts begins with its first answer. */
export async function startPulse(url: string): Promise<Pulse> {
  await using starting = new AsyncDisposableStack();
  const idle = starting.adopt(fork(join(import.meta.dirname, 'idle-process.ts')), end);
  const [port] = portSchema.parse(await once(idle, 'message'));
  const args = [url, `http://127.0.0.1:${port}`];
  const pulse = starting.adopt(fork(join(import.meta.dirname, 'pulse-process.ts'), args), end);
  const rest = starting.move();
  return {
    report: async () => {
      const answer = once(pulse, 'message');
      pulse.send('report');
      return messageSchema.parse(await answer)[0];
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}
