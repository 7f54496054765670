import { z } from 'zod';
import { type SinkListener, takeStream } from '../src/index.ts';
import type { startApi } from './start-api.ts';

/** A client, from the view of the server, whose socket is full whenever the test wants. */
export class Client {
  text = '';
  writes = 0;
  isEnded = false;
  isFull = false;
  #owes = false;
  #listener: SinkListener | null = null;

  static async open(api: ReturnType<typeof startApi>, path: string, body?: string) {
    const headers = { 'Content-Type': 'application/json' };
    const init = body === undefined ? {} : { method: 'POST', headers, body };
    const response = await api.api.fetch(new Request(`http://127.0.0.1${path}`, init));
    const start = takeStream(response);
    if (start === null) throw new Error(`${path} was answered with ${response.status}.`);
    const client = new Client();
    const decoder = new TextDecoder();
    client.#listener = start({
      write: (bytes) => {
        if (client.isEnded || client.#owes) throw new Error('Written to though it takes nothing.');
        client.text += decoder.decode(bytes, { stream: true });
        client.writes += 1;
        client.#owes = client.isFull;
        return !client.isFull;
      },
      end: () => {
        client.isEnded = true;
      },
    });
    return client;
  }

  /** Makes the socket writable; the next write may fill it again. */
  drain(): void {
    if (!this.#owes) return;
    this.#owes = false;
    this.#listener?.drained();
  }

  leave(): void {
    this.#listener?.closed();
  }
}

const messageSchema = z.object({
  type: z.string(),
  data: z.object({ content: z.string() }).partial(),
});
/** The data of a frame over plain HTTP, over tRPC, and in a shared stream. */
const dataSchema = z.union([
  messageSchema,
  z.object({ json: messageSchema }).transform(({ json }) => json),
  z.object({ message: messageSchema }).transform(({ message }) => message),
]);

/** Parses the pieces of text that a client received, and the number in each event id. */
export function read(text: string): {
  readonly pieces: readonly string[];
  readonly seqs: number[];
} {
  const frames = text.split('\n\n').map((block) => block.split('\n'));
  const pieces: string[] = [];
  const seqs: number[] = [];
  for (const lines of frames) {
    const data = lines.find((line) => line.startsWith('data: {'))?.slice('data: '.length);
    const id = lines.find((line) => line.startsWith('id: '));
    if (id !== undefined) seqs.push(Number(id.split('-').at(-1)));
    if (data === undefined) continue;
    const message = dataSchema.safeParse(JSON.parse(data)).data;
    if (message?.type === 'token') pieces.push(...(message.data.content?.match(/\[\d+\]/g) ?? []));
    else if (message?.type === 'workflow:completed') pieces.push('end');
  }
  return { pieces, seqs };
}
