import { decodeStreamMessage, eventIdSchema, type StreamEntry } from '@runtape/events';

export interface PlainReading {
  /** The server's origin. */
  readonly url: string;
  readonly workflowId: string;
  /** As an EventSource sends it when it comes back. */
  readonly after?: string | null;
  readonly query?: string;
  /** Called with each event as it comes. */
  readonly take?: (entry: StreamEntry) => void;
}

/**
 * Reads plain server-sent events as any program with an HTTP client would, to the end of the body.
 */
export async function readPlain({
  url,
  workflowId,
  after = null,
  query = '',
  take = () => {},
}: PlainReading): Promise<StreamEntry[]> {
  const headers = after === null ? {} : { 'Last-Event-ID': after };
  const response = await fetch(`${url}/api/workflows/${workflowId}/events${query}`, { headers });
  const entries: StreamEntry[] = [];
  let rest = '';
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    rest += text;
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const entry of blocks.flatMap(entryIn)) {
      entries.push(entry);
      take(entry);
    }
  }
  return entries;
}

/**
 * Reads plain events as an EventSource does: after a lost connection it comes back after what it
 * has.
 */
export async function readPlainOn(
  url: string,
  workflowId: string,
  seen: StreamEntry[],
): Promise<void> {
  while (!seen.some(({ message }) => message.type === 'workflow:completed')) {
    const after = seen.at(-1)?.id ?? null;
    const take = (entry: StreamEntry): void => void seen.push(entry);
    await readPlain({ url, workflowId, after, take }).catch(() => []);
  }
}

function entryIn(block: string): StreamEntry[] {
  const lines = block.split('\n');
  const data = lines.find((line) => line.startsWith('data: '))?.slice(6);
  const id = lines.find((line) => line.startsWith('id: '))?.slice(4);
  if (data === undefined) return [];
  return [{ id: eventIdSchema.parse(id), message: decodeStreamMessage(JSON.parse(data)) }];
}
