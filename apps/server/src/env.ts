import { hasAccounts, type SettingProblem } from '@runtape/worker/access-env';
import {
  type Environment,
  readEnv,
  type ReadEnvOptions,
  wholeNumber,
  workerEnvShape,
} from '@runtape/worker/env';
import { z } from 'zod';

/** All settings of the server. A test compares the README's table with them. */
export const serverEnvShape = {
  PORT: wholeNumber(1, 65_535)
    .optional()
    .describe('The port to listen on. Without it: 4310, or the next free one.'),
  ALLOWED_HOSTS: z
    .string()
    .transform(parseHosts)
    .default([])
    .describe(
      'Host names, separated by commas, for which a proxy on this machine passes requests on. Folders of this machine are then refused as targets.',
    ),
  BASE_PATH: z
    .string()
    .regex(/^(?:\/[\w.~-]+)*\/?$/, 'must be a path such as /runtape: letters, digits, and - . _ ~')
    .transform((path) => path.replace(/\/$/, ''))
    .optional()
    .describe(
      'The path below which a proxy serves this server, such as /runtape, whether or not the proxy strips it.',
    ),
  HEARTBEAT_SECONDS: z.coerce
    .number()
    .min(1)
    .max(300)
    .default(15)
    .describe('How often a quiet stream gets a heartbeat, in seconds.'),
  ALLOWED_ORIGINS: z
    .string()
    .transform(parseOrigins)
    .default([])
    .describe(
      'Origins of other pages that may call this server, such as https://app.example.com, separated by commas. They send a token; cookies do not count.',
    ),
  MAX_STREAMS_PER_USER: wholeNumber(1, 1_000_000)
    .default(1000)
    .describe('How many streams one user, or one address, may have open at once.'),
  STREAM_ATTEMPTS_PER_MINUTE: wholeNumber(1, 10_000_000)
    .default(6000)
    .describe('How many streams one user, or one address, may open per minute.'),
  STARTS_PER_MINUTE: wholeNumber(1, 1_000_000)
    .default(600)
    .describe('How many workflows one user, or one address, may start per minute.'),
  MAX_UNENDED_PER_USER: wholeNumber(1, 100_000)
    .default(500)
    .describe('How many workflows that have not ended one user, or one address, may have at once.'),
  STALE_SECONDS: z.coerce
    .number()
    .min(1)
    .max(86_400)
    .default(120)
    .describe(
      'After how many seconds a connection is closed when nothing gets through to its client.',
    ),
  ...workerEnvShape,
} as const;

const serverEnvSchema = z.object(serverEnvShape);

/** The settings of the server. */
export type ServerEnv = z.output<typeof serverEnvSchema>;

/**
 * Reads the settings of the server.
 * @throws EnvError that lists everything that is wrong.
 */
export function readServerEnv(
  env: Environment,
  options: Pick<ReadEnvOptions, 'onWarning'> = {},
): ServerEnv {
  return readEnv(serverEnvSchema, env, { ...options, findProblems: findUnusable });
}

/** A host name or address, as the `Host` header has it. */
const HOST_NAME = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/i;
const PERMISSIONS = ['MAY_POST', 'MAY_READ_PRIVATE', 'MAY_CHOOSE_MODEL'];

/** Permissions of single users need accounts. */
function findUnusable(values: Environment): readonly SettingProblem[] {
  if (hasAccounts(values)) return [];
  return PERMISSIONS.filter(
    (name) => !['nobody', 'everybody', undefined].includes(values[name]),
  ).map((name) => ({
    name,
    message:
      'names users, but nobody signs in here. Set AUTH_SECRET or AUTH_JWKS_URL, or use nobody or everybody',
  }));
}

function parseHosts(text: string, context: z.RefinementCtx): readonly string[] {
  const hosts = text
    .split(',')
    .map((host) => host.trim())
    .filter(Boolean);
  if (hosts.length > 0 && hosts.every((host) => HOST_NAME.test(host))) return hosts;
  context.addIssue(
    'must be host names such as runtape.example.com, separated by commas, without a scheme or port',
  );
  return z.NEVER;
}

function parseOrigins(text: string, context: z.RefinementCtx): readonly string[] {
  const origins = text
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
  for (const origin of origins) {
    const parsed = URL.parse(origin);
    const isHttp = parsed?.protocol === 'http:' || parsed?.protocol === 'https:';
    if (isHttp && parsed.origin === origin.toLowerCase()) continue;
    context.addIssue(
      'must be origins such as https://app.example.com, separated by commas: a scheme, a host and, if it is not the default, a port; no path and no *',
    );
    return z.NEVER;
  }
  return origins.map((origin) => origin.toLowerCase());
}
