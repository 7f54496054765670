import { createServer, type ServerResponse } from 'node:http';
import { Redis } from 'ioredis';
import { entrySchema, unpublished } from './redis-recipe.ts';
import { listen } from './listen.ts';
import { getRequest, type LiveServer, type Settings } from './live-server.ts';

/**
 * The limit through Redis: one subscribing connection for all, and one buffer per message for all
 * watchers.
 */
export async function startRedisShared({
  redisUrl = '',
  workflowIds = [],
}: Settings): Promise<LiveServer> {
  const subscriber = new Redis(redisUrl);
  const watchers = new Map<string, Set<ServerResponse>>(workflowIds.map((id) => [id, new Set()]));
  await subscriber.subscribe(...workflowIds);
  subscriber.on('message', (channel, text) => {
    const { id, data } = entrySchema.parse(JSON.parse(text));
    const buffer = Buffer.from(`data: ${JSON.stringify(data)}\nid: ${id}\n\n`);
    for (const response of watchers.get(channel) ?? []) response.write(buffer);
  });
  const server = createServer((request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    watchers.get((request.url ?? '').slice(1))?.add(response);
  });
  return {
    port: await listen(server),
    requests: workflowIds.map((id) => getRequest(`/${id}`)),
    publish: unpublished,
  };
}
