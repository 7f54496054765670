import { Redis } from 'ioredis';

/** A client beside the log's, to inspect and control a server. */
export function rawClient(url: string): Redis & AsyncDisposable {
  const client = new Redis(url, { connectionName: 'test' });
  client.on('error', () => {});
  return Object.assign(client, {
    [Symbol.asyncDispose]: async () => client.disconnect(),
  });
}

/** Counts the logs' connections to a server by name. */
export async function clientsOf(raw: Redis): Promise<Readonly<Record<string, number>>> {
  const names = [...String(await raw.client('LIST')).matchAll(/ name=(runtape-\S+)/g)];
  const counts: Record<string, number> = {};
  for (const [, name = ''] of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Returns the server's ids of the connections with a name. */
export async function clientIds(raw: Redis, name: string): Promise<readonly string[]> {
  const lines = String(await raw.client('LIST')).split('\n');
  return lines
    .filter((line) => line.includes(` name=${name} `))
    .flatMap((line) => /^id=(\d+)/.exec(line)?.[1] ?? []);
}
