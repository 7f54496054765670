import { z } from 'zod';

export const usageSchema = z.object({
  /** What the process has computed so far, in the kernel too, in µs. */
  cpuMicros: z.number(),
  rssBytes: z.number(),
  heapBytes: z.number(),
});

/** What a process has used. */
export type Usage = z.infer<typeof usageSchema>;

/** Of this process. */
export function readUsage(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpuMicros: user + system, rssBytes: rss, heapBytes: heapUsed };
}
