import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { RedisAddress } from '@runtape/event-log-redis';
import { EnvError } from './env.ts';
import { type RedisEnv, usesTls } from './redis-env.ts';

/**
 * The Redis in the environment; `null` for none. Reads the certificate files.
 * @throws EnvError when one cannot be read or used.
 */
export function redisAddress(env: RedisEnv): RedisAddress | null {
  const { REDIS_URL, REDIS_CLUSTER_NODES, REDIS_SENTINELS } = env;
  if (REDIS_URL === undefined && REDIS_CLUSTER_NODES === undefined && REDIS_SENTINELS === undefined)
    return null;
  return {
    url: REDIS_URL,
    cluster: REDIS_CLUSTER_NODES,
    sentinels: REDIS_SENTINELS,
    masterName: env.REDIS_MASTER_NAME,
    username: env.REDIS_USERNAME,
    password: env.REDIS_PASSWORD,
    sentinelUsername: env.REDIS_SENTINEL_USERNAME,
    sentinelPassword: env.REDIS_SENTINEL_PASSWORD,
    tls: usesTls(env) ? readTls(env) : false,
  };
}

function readTls(env: RedisEnv) {
  const tls = {
    ...(env.REDIS_TLS_CA !== undefined && { ca: readPem('REDIS_TLS_CA', env.REDIS_TLS_CA) }),
    ...(env.REDIS_TLS_CERT !== undefined && {
      cert: readPem('REDIS_TLS_CERT', env.REDIS_TLS_CERT),
    }),
    ...(env.REDIS_TLS_KEY !== undefined && { key: readPem('REDIS_TLS_KEY', env.REDIS_TLS_KEY) }),
  };
  try {
    createSecureContext(tls);
  } catch (cause) {
    throw new EnvError(
      `REDIS_TLS_CA, REDIS_TLS_CERT or REDIS_TLS_KEY cannot be used: ${messageOf(cause)}. Check that the key belongs to the certificate.`,
    );
  }
  return tls;
}

function readPem(name: string, file: string): string {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new EnvError(`${name}: the file cannot be read: ${messageOf(cause)}.`);
  }
  if (pem.includes('-----BEGIN ')) return pem;
  throw new EnvError(`${name}: ${file} is not a PEM file. PEM files contain -----BEGIN.`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
