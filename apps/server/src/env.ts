import { readEnv, workerEnvShape } from '@runtape/worker/env';
import { z } from 'zod';

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
  HEARTBEAT_SECONDS: z.coerce
    .number()
    .min(1)
    .max(300)
    .default(15)
    .describe('How often a quiet stream shows that it is alive.'),
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
