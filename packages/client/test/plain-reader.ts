import { decodeStreamMessage, eventIdSchema, type StreamEntry } from '@runtape/events';

export interface ReadPlainOptions {
  /** The server's origin. */
  readonly url: string;
  readonly workflowId: string;
  /** The cursor, sent in `Last-Event-ID`. */
  readonly after?: string | null;
  readonly query?: string;
  /** Called with each event as it arrives. */
  readonly onEntry?: (entry: StreamEntry) => void;
}

/** Reads server-sent events to the end of the body, with nothing but an HTTP client. */
export async function readPlain({
  url,
  workflowId,
  after = null,
  query = '',
  onEntry = () => {},
}: ReadPlainOptions): Promise<StreamEntry[]> {
  const headers = after === null ? {} : { 'Last-Event-ID': after };
  const response = await fetch(`${url}/api/workflows/${workflowId}/events${query}`, { headers });
  const entries: StreamEntry[] = [];
  let rest = '';
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    rest += text;
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const entry of blocks.flatMap(parseEntry)) {
      entries.push(entry);
      onEntry(entry);
    }
  }
  return entries;
}

/**
 * Reads until the workflow completes, and reconnects after its last event as an EventSource does.
 */
export async function readPlainToCompletion(
  url: string,
  workflowId: string,
  seen: StreamEntry[],
): Promise<void> {
  while (!seen.some(({ message }) => message.type === 'workflow:completed')) {
    const after = seen.at(-1)?.id ?? null;
    const onEntry = (entry: StreamEntry): void => void seen.push(entry);
    await readPlain({ url, workflowId, after, onEntry }).catch(() => []);
  }
}

function parseEntry(block: string): StreamEntry[] {
  const lines = block.split('\n');
  const data = lines.find((line) => line.startsWith('data: '))?.slice(6);
  const id = lines.find((line) => line.startsWith('id: '))?.slice(4);
  if (data === undefined) return [];
  return [{ id: eventIdSchema.parse(id), message: decodeStreamMessage(JSON.parse(data)) }];
}
