import { z } from 'zod';
import type { SettingProblem } from './access-env.ts';

const nodes = z
  .string()
  .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'must be a list such as 127.0.0.1:7000,127.0.0.1:7001')
  .transform((text) => text.split(',').map(parseNode))
  .refine(
    (parsed) => parsed.every(({ port }) => port >= 1 && port <= 65_535),
    'ports must be 1 to 65535',
  );

/** A setting that is any text. */
export const nonEmpty = z.string().min(1);

/**
 * The settings of Redis: `REDIS_URL`, `REDIS_CLUSTER_NODES`, or `REDIS_SENTINELS` with
 * `REDIS_MASTER_NAME`.
 */
export const redisEnvShape = {
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must be a URL such as redis://127.0.0.1:6379' })
    .optional()
    .describe('Keep workflows in this Redis (7.0 or later) instead of a file. rediss:// uses TLS.'),
  REDIS_CLUSTER_NODES: nodes
    .optional()
    .describe(
      'Keep workflows in this Redis Cluster: some of its nodes as host:port, separated by commas.',
    ),
  REDIS_SENTINELS: nodes
    .optional()
    .describe(
      'Keep workflows in the Redis that these Sentinels watch: host:port, separated by commas. Needs REDIS_MASTER_NAME.',
    ),
  REDIS_MASTER_NAME: nonEmpty
    .optional()
    .describe('The name of the master in the configuration of the Sentinels.'),
  REDIS_USERNAME: nonEmpty
    .optional()
    .describe('The Redis user, if the URL does not name one. Without it: the user default.'),
  REDIS_PASSWORD: nonEmpty
    .optional()
    .describe(
      'The password of that user, for a single Redis, a cluster, or a master of Sentinels.',
    ),
  REDIS_SENTINEL_USERNAME: nonEmpty
    .optional()
    .describe('The user of the Sentinels, if they have users.'),
  REDIS_SENTINEL_PASSWORD: nonEmpty
    .optional()
    .describe('The password of the Sentinels; it may differ from that of Redis.'),
  REDIS_TLS: z
    .enum(['on', 'off'])
    .optional()
    .describe('on: use TLS for the nodes of a cluster, or for Sentinels and their master.'),
  REDIS_TLS_CA: nonEmpty
    .optional()
    .describe('A PEM file with the certificate authorities to trust for Redis.'),
  REDIS_TLS_CERT: nonEmpty
    .optional()
    .describe('A PEM file with a client certificate, for a Redis that asks for one.'),
  REDIS_TLS_KEY: nonEmpty.optional().describe('A PEM file with the key of that certificate.'),
} as const;

const redisEnvSchema = z.object(redisEnvShape);

export type RedisEnv = z.output<typeof redisEnvSchema>;

type Name = keyof RedisEnv;
type Values = Readonly<Record<string, string | undefined>>;

/** Finds settings that contradict or need each other. */
export function findRedisProblems(values: Values): readonly SettingProblem[] {
  const problems: SettingProblem[] = [];
  const wrong = (name: Name, message: string) => void problems.push({ name, message });
  const isSet = (name: Name) => values[name] !== undefined;
  const needs = (name: Name, needed: Name) => {
    if (isSet(name) && !isSet(needed)) wrong(name, `has no effect without ${needed}. Set that too`);
  };
  const stores = (['REDIS_URL', 'REDIS_CLUSTER_NODES', 'REDIS_SENTINELS'] as const).filter(isSet);
  const [store, another] = stores;
  if (another !== undefined) {
    wrong(
      another,
      `set together with ${store}. Workflows are kept in one store, so remove one of the two`,
    );
  }
  needs('REDIS_SENTINELS', 'REDIS_MASTER_NAME');
  needs('REDIS_MASTER_NAME', 'REDIS_SENTINELS');
  needs('REDIS_SENTINEL_PASSWORD', 'REDIS_SENTINELS');
  needs('REDIS_SENTINEL_USERNAME', 'REDIS_SENTINEL_PASSWORD');
  needs('REDIS_USERNAME', 'REDIS_PASSWORD');
  needs('REDIS_TLS_CERT', 'REDIS_TLS_KEY');
  needs('REDIS_TLS_KEY', 'REDIS_TLS_CERT');
  if (store === undefined) {
    const rest = ['REDIS_PASSWORD', 'REDIS_TLS', 'REDIS_TLS_CA', 'REDIS_TLS_CERT'] as const;
    for (const name of rest.filter(isSet))
      wrong(name, 'has no effect, since no Redis is set. Set REDIS_URL too');
    return problems;
  }
  checkUrl(values, wrong);
  if (!usesTls(values)) {
    const how = store === 'REDIS_URL' ? 'REDIS_URL begins with redis://' : 'REDIS_TLS is not on';
    for (const name of (['REDIS_TLS_CA', 'REDIS_TLS_CERT'] as const).filter(isSet)) {
      wrong(name, `has no effect, since TLS is off: ${how}`);
    }
  }
  return problems;
}

function checkUrl(values: Values, wrong: (name: Name, message: string) => void): void {
  const url = URL.parse(values['REDIS_URL'] ?? '');
  if (url === null) return;
  const { username, password } = url;
  if (values['REDIS_TLS'] !== undefined) {
    wrong(
      'REDIS_TLS',
      'not needed with a URL. For TLS write rediss:// in REDIS_URL, and remove this',
    );
  }
  if (values['REDIS_PASSWORD'] !== undefined && `${username}${password}` !== '') {
    wrong('REDIS_PASSWORD', 'REDIS_URL names a user or a password too. Remove one of the two');
  } else if (username !== '' && password === '') {
    wrong('REDIS_URL', 'names a user without a password: redis://user:password@host');
  }
}

export function usesTls({
  REDIS_URL,
  REDIS_TLS,
}: {
  REDIS_URL?: string | undefined;
  REDIS_TLS?: string | undefined;
}): boolean {
  return REDIS_URL === undefined ? REDIS_TLS === 'on' : REDIS_URL.startsWith('rediss:');
}

function parseNode(node: string): { host: string; port: number } {
  const colon = node.lastIndexOf(':');
  return { host: node.slice(0, colon), port: Number(node.slice(colon + 1)) };
}
