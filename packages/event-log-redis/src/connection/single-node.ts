import { EventLogError } from '@runtape/event-log';
import { credentials, type RedisAddress, tlsOptions } from '@runtape/redis-client';
import { Redis } from 'ioredis';
import {
  clientOptions,
  type ClientSettings,
  subscriberOptions,
  tlsHint,
} from './client-options.ts';
import { oneMaster } from './one-master.ts';
import type { Topology } from './topology.ts';

const DEFAULT_PORT = '6379';

/** @throws EventLogError `unavailable` when the text is not a Redis URL. */
export function singleNode(
  url: string,
  settings: ClientSettings & Pick<RedisAddress, 'username' | 'password' | 'tls'>,
): Topology {
  const { hostname, port, username, password } = parseAddress(url);
  const tls = tlsOptions({ url, tls: settings.tls });
  const options = {
    ...clientOptions(settings),
    ...credentials(settings),
    ...(tls === undefined ? {} : { tls }),
  };
  const isInUrl = settings.password === undefined || username !== '' || password !== '';
  return oneMaster({
    kind: 'single',
    address: `${hostname}:${port === '' ? DEFAULT_PORT : port}`,
    settings: {
      credentials: isInUrl
        ? 'REDIS_URL: redis://user:password@host'
        : 'REDIS_USERNAME and REDIS_PASSWORD',
      tls: tlsHint(tls !== undefined, 'REDIS_URL begins with rediss://'),
    },
    connectTo: (client) =>
      new Redis(url, client === 'commands' ? options : { ...options, ...subscriberOptions }),
  });
}

function parseAddress(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed === null || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '') {
    // Not repeated in the message: it may hold a password.
    throw new EventLogError(
      'unavailable',
      'That is not the URL of a Redis. Write redis://host:port, or rediss://user:password@host:port with TLS.',
    );
  }
  return parsed;
}
