import { z } from 'zod';
import { startChild } from '../processes/child.ts';

const idsSchema = z.array(z.string());
const writtenSchema = z.object({ cpuMicros: z.number() });
const WRITE_WITHIN_MS = 300_000;

export type WriterKind = 'runtape' | 'recipe' | 'script';

/** A process that writes many workflows to a Redis. Disposing of it ends it. */
export interface Writer extends AsyncDisposable {
  readonly workflowIds: readonly string[];
  /**
   * Writes this many events per workflow at this rate. @returns once all are stored, with their
   * cost.
   */
  write(events: number, perSecond: number): Promise<z.infer<typeof writtenSchema>>;
}

/** Starts a writer with this many workflows without events. @param cpu the CPU it runs on. */
export async function startWriter(
  kind: WriterKind,
  redisUrl: string,
  count: number,
  cpu: number | undefined,
): Promise<Writer> {
  const child = await startChild('writers/writer-process.ts', {
    name: `the writer (${kind})`,
    cpu,
  });
  try {
    const workflowIds = await child.call('start', { kind, redisUrl, count }, idsSchema);
    return {
      workflowIds,
      write: (events, perSecond) =>
        child.call('write', { events, perSecond }, writtenSchema, { timeoutMs: WRITE_WITHIN_MS }),
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}
