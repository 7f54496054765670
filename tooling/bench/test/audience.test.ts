import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { Audience } from '../src/load/audience.ts';
import { listen } from '../src/targets/listen.ts';
import { frameOf, getRequest } from '../src/targets/live-server.ts';

const servers: Server[] = [];
const WITHIN_MS = 60_000;

afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

async function watch(numbers: readonly number[], count = 3): Promise<Audience> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(numbers.map((number) => frameOf(number, 'status')).join(''));
  });
  servers.push(server);
  const port = await listen(server);
  return await Audience.open({ port, requests: [getRequest('/')], numberIn: 'id', count });
}

test('F1: an audience counts each event once for each watcher', async () => {
  const audience = await watch([1, 2, 3]);
  const { events, problems } = await audience.waitFor(3, WITHIN_MS);
  audience.close();
  expect({ events, problems }).toEqual({ events: 9, problems: [] });
});

test('F1: an audience notices a lost event', async () => {
  const audience = await watch([1, 3], 1);
  const { problems } = await audience.waitFor(3, WITHIN_MS);
  audience.close();
  expect(problems).toEqual(['event 3 came after 1']);
});

test('F1: an audience notices a duplicate event', async () => {
  const audience = await watch([1, 2, 2, 3], 1);
  const { problems } = await audience.waitFor(3, WITHIN_MS);
  audience.close();
  expect(problems).toEqual(['event 2 came after 2']);
});

test('F1: an audience notices missing last events', async () => {
  const audience = await watch([1, 2], 2);
  await audience.waitFor(2, WITHIN_MS);
  const { problems } = await audience.waitFor(3, 1);
  audience.close();
  expect(problems).toEqual(['2 of 2 watchers did not get all events within 1 ms']);
});

test('F1: an audience rejects when its stream is refused', async () => {
  const server = createServer((_, response) => response.writeHead(404).end());
  servers.push(server);
  const port = await listen(server);
  const options = { port, requests: [getRequest('/')], numberIn: 'id', count: 1 } as const;
  await expect(Audience.open(options)).rejects.toThrow('http/1.1 404');
});
