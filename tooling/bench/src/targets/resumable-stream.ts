import { createServer, type ServerResponse } from 'node:http';
import { Redis } from 'ioredis';
import { createResumableStreamContext } from 'resumable-stream/ioredis';
import { listen } from './listen.ts';
import { frameOf, getRequest, type LiveServer, type Settings } from './live-server.ts';

/**
 * resumable-stream over Redis: the first reader creates the stream, and each later one subscribes
 * to a separate channel.
 */
export async function startResumableStream({
  events,
  redisUrl = '',
}: Settings): Promise<LiveServer> {
  // A new name, since the library would wait for the stream of an ended process.
  const name = `bench-${process.pid}`;
  const context = createResumableStreamContext({
    waitUntil: null,
    publisher: new Redis(redisUrl),
    subscriber: new Redis(redisUrl),
  });
  const source = Promise.withResolvers<ReadableStreamDefaultController<string>>();
  const first = await context.resumableStream(
    name,
    () => new ReadableStream<string>({ start: (controller) => source.resolve(controller) }),
  );
  void first?.pipeTo(new WritableStream());
  const controller = await source.promise;
  const answer = async (response: ServerResponse) => {
    const stream = await context.resumableStream(name, () => new ReadableStream());
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    for await (const chunk of stream ?? []) response.write(chunk);
    response.end();
  };
  const server = createServer((_, response) => void answer(response));
  return {
    port: await listen(server),
    requests: [getRequest('/')],
    publish: (numbers) => {
      for (const number of numbers) controller.enqueue(frameOf(number, events));
    },
  };
}
