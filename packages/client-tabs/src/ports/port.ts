import type { ToHost } from '../protocol/messages.ts';

/** A tab's connection to the host, wherever the host runs. */
export interface HostPort {
  post(message: ToHost): void;
  /**
   * Called when the host does not respond. The port replaces the host, or reports that it is dead.
   */
  onSilence(): void;
  close(): void;
}

export interface PortEvents {
  /** Called for a new host, which does not know this tab yet. */
  readonly onHost: () => void;
  readonly onMessage: (data: unknown) => void;
  /** Called when this port has failed permanently. */
  readonly onDead: () => void;
}

/**
 * Opens a port to a host. Rejects if this kind of port does not work here; the client then tries
 * the next one.
 */
export type OpenPort = (events: PortEvents) => Promise<HostPort>;

/** The browser features that a tab uses. */
export interface TabScope {
  /** Unique among all tabs. */
  readonly tab: string;
  readonly locks: LockManager | undefined;
  readonly BroadcastChannel: typeof globalThis.BroadcastChannel | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly random: () => number;
  readonly now: () => number;
}
