import { readEnv, workerEnvShape } from '@runtape/worker/env';
import { z } from 'zod';

const MIN_SECRET_LENGTH = 32;

/** Every setting of the server. The README's table is checked against it. */
export const serverEnvShape = {
  PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe('The port to listen on. Without it: 4310, or the next free one.'),
  ALLOWED_HOSTS: z
    .string()
    .transform((hosts) =>
      hosts
        .split(',')
        .map((host) => host.trim())
        .filter(Boolean),
    )
    .default([])
    .describe(
      'Host names, with commas, under which a proxy on this machine passes requests on; folders of this machine are refused as targets then.',
    ),
  BASE_PATH: z
    .string()
    .regex(/^(?:\/[\w.~-]+)*\/?$/, 'a path such as /runtape: letters, digits, and - . _ ~')
    .transform((path) => path.replace(/\/$/, ''))
    .optional()
    .describe(
      'The path below which a proxy serves this server, such as /runtape, whether the proxy takes it off or not.',
    ),
  HEARTBEAT_SECONDS: z.coerce
    .number()
    .min(1)
    .max(300)
    .default(15)
    .describe('How often a quiet stream shows that it is alive.'),
  AUTH_SECRET: z
    .string()
    .min(MIN_SECRET_LENGTH, `at least ${MIN_SECRET_LENGTH} characters`)
    .optional()
    .describe(
      'Turns accounts on: everybody signs in with a JWT signed with this secret (HS256) and sees their own workflows.',
    ),
  AUTH_JWKS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where an identity provider publishes its keys; its JWTs are good as well then.'),
  AUTH_ISSUER: z.string().min(1).optional().describe('The iss a JWT must have. Without it: any.'),
  AUTH_AUDIENCE: z.string().min(1).optional().describe('The aud a JWT must have. Without it: any.'),
  MAX_STREAMS_PER_USER: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(1000)
    .describe('How many streams one user, or one address, may have open at once.'),
  STREAM_ATTEMPTS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .default(6000)
    .describe('How many streams one user, or one address, may open a minute.'),
  STARTS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(600)
    .describe('How many workflows one user, or one address, may start a minute.'),
  MAX_UNENDED_PER_USER: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(500)
    .describe('How many workflows that have not ended one user, or one address, may have.'),
  STALE_SECONDS: z.coerce
    .number()
    .min(1)
    .max(86_400)
    .default(120)
    .describe(
      'After so many seconds in which nothing gets through to a client its connection is ended.',
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
export function readServerEnv(env: Readonly<Record<string, string | undefined>>): ServerEnv {
  return readEnv(serverEnvSchema, env);
}
