import { credentials, type RedisAddress, type RedisNode, tlsOptions } from '@runtape/redis-client';
import { Socket } from 'node:net';
import { Redis, type SentinelConnectionOptions, SentinelConnector } from 'ioredis';
import {
  clientOptions,
  type ClientSettings,
  subscriberOptions,
  tlsHint,
} from './client-options.ts';
import { oneMaster } from './one-master.ts';
import type { Topology } from './topology.ts';

export interface SentinelSettings
  extends
    ClientSettings,
    Pick<RedisAddress, 'username' | 'password' | 'sentinelUsername' | 'sentinelPassword' | 'tls'> {
  readonly sentinels: readonly RedisNode[];
  readonly masterName: string;
}

/**
 * The master that Sentinels name. Each new connection asks them, so a reconnect finds the new
 * master: after a break, and after the old master refuses a write because it is a replica or
 * isolated.
 */
export function sentinel(settings: SentinelSettings): Topology {
  const { sentinels, masterName, sentinelUsername, sentinelPassword } = settings;
  const base = clientOptions(settings);
  const tls = tlsOptions({ tls: settings.tls });
  const connectorOptions = {
    sentinels: [...sentinels],
    name: masterName,
    role: 'master',
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls === undefined ? {} : { tls, sentinelTLS: tls, enableTLSForSentinelMode: true }),
    connectTimeout: base.connectTimeout,
    disconnectTimeout: base.disconnectTimeout,
    sentinelCommandTimeout: base.connectTimeout,
    sentinelRetryStrategy: () => null,
    updateSentinels: true,
  } satisfies SentinelConnectionOptions;
  const options = {
    ...base,
    ...credentials(settings),
    ...connectorOptions,
    Connector: oneRoundConnector(connectorOptions),
    reconnectOnError: (error: Error) => /^(READONLY|NOREPLICAS|MASTERDOWN)/.test(error.message),
  };
  return oneMaster({
    kind: 'sentinel',
    address: `${masterName} (Sentinels: ${sentinels.map(({ host, port }) => `${host}:${port}`).join(', ')})`,
    settings: {
      credentials: 'REDIS_USERNAME and REDIS_PASSWORD',
      tls: tlsHint(tls !== undefined, 'REDIS_TLS is on'),
    },
    connectTo: (client) =>
      new Redis(client === 'commands' ? options : { ...options, ...subscriberOptions }),
  });
}

/**
 * Asks each Sentinel once for the master. If none answers, that counts as a failed connection, and
 * the retry strategy of the client applies. The library's own connector would keep commands waiting
 * during its retries, or give up forever.
 */
function oneRoundConnector(options: SentinelConnectionOptions) {
  return class extends SentinelConnector {
    constructor() {
      super(options);
    }

    override async connect(emit: Parameters<SentinelConnector['connect']>[0]) {
      let answer: Error | undefined;
      const listen: typeof emit = (type, error) => {
        if (type === 'sentinelError') answer = error;
        emit(type, error);
      };
      try {
        return await super.connect(listen);
      } catch (error) {
        this.firstError = answer ?? (error instanceof Error ? error : new Error(String(error)));
        return new Socket().destroy();
      }
    }
  };
}
