import { z } from 'zod';

export const usageSchema = z.object({
  /** CPU time of the process so far, including kernel time, in µs. */
  cpuMicros: z.number(),
  rssBytes: z.number(),
  heapBytes: z.number(),
});

/** The resource usage of a process. */
export type Usage = z.infer<typeof usageSchema>;

/** The usage of this process. */
export function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpuMicros: user + system, rssBytes: rss, heapBytes: heapUsed };
}
