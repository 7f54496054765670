import type { Cluster, Redis, RedisOptions } from 'ioredis';

type Answered = (error: Error | null, slots?: unknown) => void;

/**
 * A node that does not know its address, such as the only one of a cluster, or does not announce
 * it, leaves its host empty: by the documentation of CLUSTER SLOTS that means the queried host.
 * ioredis would drop the node.
 * @returns the client, which fills that host in, as do its duplicates.
 */
export function fillInHosts(client: Cluster): Cluster {
  client.on('+node', (node: Redis) => {
    const { host } = node.options;
    // The cluster client requests the slots over a duplicate of the connection to a node.
    replace(node, 'duplicate', (original) => (override?: Partial<RedisOptions>) => {
      const copy = original.call(node, override);
      replace(copy, 'cluster', () => (subcommand: string, answered: Answered) => {
        copy.call('CLUSTER', subcommand).then(
          (slots) => answered(null, withHost(slots, host)),
          (error: Error) => answered(error),
        );
      });
      return copy;
    });
  });
  replace(
    client,
    'duplicate',
    (original) =>
      (...args: Parameters<Cluster['duplicate']>) =>
        fillInHosts(original.apply(client, args)),
  );
  return client;
}

/** For `natMap`: the host of a redirection that names only a port. */
export function hostOf([first]: readonly { readonly host: string }[]) {
  return (address: string) => {
    if (first === undefined || !address.startsWith(':')) return null;
    return { host: first.host, port: Number(address.slice(1)) };
  };
}

function replace<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
  replacement: (original: Target[Name]) => (...args: never[]) => unknown,
): void {
  Object.defineProperty(target, name, { value: replacement(target[name]), configurable: true });
}

/**
 * Each range of slots is an array: the first slot, the last slot, then its nodes, each with its
 * host first.
 */
function withHost(slots: unknown, host: string | undefined): unknown {
  return listOf(slots).map((range) =>
    listOf(range).map((part) => {
      const node = listOf(part);
      return node[0] === '' || node[0] === null ? node.with(0, host) : part;
    }),
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
