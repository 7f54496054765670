import type { RedisAddress } from '../options.ts';
import type { ClientSettings } from './client-options.ts';
import { cluster } from './cluster.ts';
import { sentinel } from './sentinel.ts';
import { singleNode } from './single-node.ts';
import type { Topology } from './topology.ts';

const DEFAULT_URL = 'redis://127.0.0.1:6379';

/**
 * The Redis that an address names; not connected yet.
 * @throws TypeError when the address is half given, or is more than one.
 * @throws EventLogError `unavailable` when the URL is none.
 */
export function topologyOf(address: RedisAddress, settings: ClientSettings): Topology {
  const { url, cluster: nodes, sentinels, masterName } = address;
  if ([url, nodes, sentinels].filter((one) => one !== undefined).length > 1) {
    throw new TypeError('Give one of url, cluster and sentinels.');
  }
  if ((sentinels === undefined) !== (masterName === undefined)) {
    throw new TypeError('Give sentinels and masterName together.');
  }
  const all = { ...address, ...settings };
  if (nodes !== undefined) return cluster({ ...all, nodes });
  if (sentinels !== undefined && masterName !== undefined) {
    return sentinel({ ...all, sentinels, masterName });
  }
  return singleNode(url ?? DEFAULT_URL, all);
}
