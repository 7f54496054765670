import { EventLogError } from '@runtape/event-log';
import { Redis } from 'ioredis';
import { clientOptions, type ClientSettings } from './client-options.ts';
import { endClient } from './end-client.ts';
import { subscriberOptions } from './subscriber-options.ts';
import type { Topology } from './topology.ts';

const ONLY_NODE = 'the only node';

/** @throws EventLogError `unavailable` when the text is not the URL of a Redis. */
export function singleNode(url: string, settings: ClientSettings): Topology {
  const address = addressIn(url);
  const options = clientOptions(settings);
  const client = new Redis(url, options);
  let lastError: Error | null = null;
  client.on('error', (error) => {
    lastError = error;
  });
  client.on('ready', () => {
    lastError = null;
  });
  return {
    address,
    commands: client,
    get lastError() {
      return lastError;
    },
    connect: () => client.connect(),
    isUsable: () => client.status !== 'end',
    isReady: () => client.status === 'ready',
    nodes: () => [client],
    locate: () => ONLY_NODE,
    subscriber: () => new Redis(url, { ...options, ...subscriberOptions }),
    refresh: () => {},
    onChange: () => {},
    close: () => endClient(client),
  };
}

function addressIn(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '') {
    // Not repeated in the message: it may hold a password.
    throw new EventLogError(
      'unavailable',
      'That is not the URL of a Redis. Write redis://host:port, or rediss://user:password@host:port with TLS.',
    );
  }
  return `${parsed.hostname}:${parsed.port === '' ? '6379' : parsed.port}`;
}
