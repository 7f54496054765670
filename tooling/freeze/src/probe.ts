import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

const portSchema = z.tuple([z.number()]).rest(z.unknown());
const reportSchema = z.object({
  requests: z.number(),
  failed: z.number(),
  worstMs: z.number(),
  /** The slowest response of an idle server at the same time on the same machine, in ms. */
  idleMs: z.number(),
});
const messageSchema = z.tuple([reportSchema]).rest(z.unknown());

/** The responses that the probe received. */
export type ProbeReport = z.infer<typeof reportSchema>;

/** A process that requests the health of a server, and of an idle one, every 10 ms. */
export interface Probe extends AsyncDisposable {
  /** The responses since the last report, including that to the running request. */
  report(): Promise<ProbeReport>;
}

/**
 * @param url the server's origin. It may still be starting: the measurement begins with its first
 *    response.
 */
export async function startProbe(url: string): Promise<Probe> {
  await using starting = new AsyncDisposableStack();
  const idle = starting.adopt(fork(join(import.meta.dirname, 'idle-server-process.ts')), end);
  const [port] = portSchema.parse(await once(idle, 'message'));
  const args = [url, `http://127.0.0.1:${port}`];
  const probe = starting.adopt(fork(join(import.meta.dirname, 'probe-process.ts'), args), end);
  const rest = starting.move();
  return {
    report: async () => {
      const answer = once(probe, 'message');
      probe.send('report');
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
