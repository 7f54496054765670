import type { Redis } from 'ioredis';
import { endClient } from './end-client.ts';
import type { SettingNames, Topology } from './topology.ts';

export interface OneMasterOptions {
  readonly kind: 'single' | 'sentinel';
  readonly address: string;
  readonly settings: SettingNames;
  /** A client that is not connected yet. */
  readonly connectTo: (client: 'commands' | 'subscriber') => Redis;
}

/**
 * One Redis that receives all commands. Behind Sentinels it may be another one after a reconnect.
 */
export function oneMaster({ kind, address, settings, connectTo }: OneMasterOptions): Topology {
  const client = connectTo('commands');
  const listeners: (() => void)[] = [];
  let lastError: Error | null = null;
  let master = address;
  client.on('error', (error) => {
    lastError = error;
  });
  client.on('ready', () => {
    lastError = null;
    const { remoteAddress, remotePort } = client.stream;
    const now = kind === 'single' ? address : `${remoteAddress}:${remotePort}`;
    if (now === master) return;
    master = now;
    for (const listener of listeners) listener();
  });
  return {
    kind,
    address,
    settings,
    commands: client,
    client,
    get lastError() {
      return lastError;
    },
    connect: () => client.connect(),
    isUsable: () => client.status !== 'end',
    isReady: () => client.status === 'ready',
    nodes: () => [client],
    locate: () => master,
    subscriber: (node) => (node === master ? connectTo('subscriber') : null),
    refresh: () => {},
    onChange: (listener) => void listeners.push(listener),
    close: () => endClient(client),
  };
}
