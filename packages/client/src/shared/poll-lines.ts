import type { Asking, Page } from '../transport/fetch-page.ts';
import { RuntapeClientError } from '../errors.ts';
import type { Polled } from '../reconnect/polling.ts';
import type { Line } from './line.ts';
import type { Lines } from './lines.ts';

/**
 * One round: each of what is followed is asked for once.
 * @param onMoved called for each thing that is handed on.
 * @throws RuntapeClientError when there is no answer.
 */
export async function pollLines(
  lines: Lines,
  asking: Asking,
  onMoved: () => void,
): Promise<Polled> {
  let all: Polled = 'idle';
  for (const line of lines.wanted()) {
    const { items, polled } = await pollLine(line, asking);
    if (asking.signal.aborted) return 'idle';
    for (const { id, data } of items) {
      onMoved();
      line.take(id, data, JSON.stringify(data).length);
    }
    if (polled === 'ended') line.end();
    if (polled === 'more') all = 'more';
  }
  return all;
}

/** One that is refused does not end the others. */
async function pollLine(line: Line, asking: Asking): Promise<Page> {
  try {
    return await line.ask(asking);
  } catch (thrown) {
    const error = RuntapeClientError.from(thrown);
    if (asking.signal.aborted || error.mayPass) throw error;
    line.refuse(error);
    return { items: [], polled: 'idle' };
  }
}
