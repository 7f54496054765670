import type { ConnectionState } from '@runtape/client';
import type { TapeView } from './tape-store.ts';

const words = {
  connecting: 'Connecting',
  live: 'Live',
  polling: 'Live',
  ended: 'Live',
  reconnecting: 'Reconnecting',
  failed: 'Not connected',
} as const satisfies Record<ConnectionState['state'], string>;

/** What the tail is called: one that has ended is at its end; a running workflow is live as long as its events arrive. */
export function tailLabel(
  { hasEnded }: Pick<TapeView, 'hasEnded'>,
  connection: ConnectionState['state'],
): string {
  return hasEnded ? 'The end' : words[connection];
}
