import { type Remote, startChild } from '../processes/child.ts';
import type { WriterFunctions, WriterKind } from './writer-process.ts';

/** A process that writes many workflows to a Redis. */
export interface Writer extends Pick<Remote<WriterFunctions>, 'write'> {
  readonly workflowIds: readonly string[];
}

/** Starts a writer with this many workflows without events. @param cpu the CPU it runs on. */
export async function startWriter(
  started: AsyncDisposableStack,
  kind: WriterKind,
  redisUrl: string,
  count: number,
  cpu: number | undefined,
): Promise<Writer> {
  const name = `the writer (${kind})`;
  const remote = await startChild<WriterFunctions>(started, 'writers/writer-process.ts', {
    name,
    cpu,
  });
  return { workflowIds: await remote.start(kind, redisUrl, count), write: remote.write };
}
