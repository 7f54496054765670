import type { ThreadEntry } from '../src/index.ts';

/** Reads a thread in the background; what ended it is there when it has. */
export function collectThread(
  stream: AsyncIterable<ThreadEntry>,
  take: (entry: ThreadEntry) => Promise<void> = async () => {},
) {
  const entries: ThreadEntry[] = [];
  const read = async (): Promise<void> => {
    for await (const entry of stream) {
      entries.push(entry);
      await take(entry);
    }
  };
  const idsOf = (workflowId: string) =>
    entries.filter((entry) => entry.workflowId === workflowId).map(({ id }) => id);
  return { entries, idsOf, done: read() };
}
