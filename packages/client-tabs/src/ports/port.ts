import type { ToHost } from '../protocol/messages.ts';

/** A tab's connection to the host, wherever that lives. */
export interface HostPort {
  post(message: ToHost): void;
  /** The host did not answer. The port replaces it, or reports that it is dead. */
  onSilence(): void;
  close(): void;
}

export interface PortEvents {
  /** There is a host, or another one: it knows nothing of this tab yet. */
  readonly onHost: () => void;
  readonly onMessage: (data: unknown) => void;
  /** This port leads nowhere, for good. */
  readonly onDead: () => void;
}

/**
 * Opens a port to a host. Rejects when this kind of port does not work here; then the next one is
 * tried.
 */
export type OpenPort = (events: PortEvents) => Promise<HostPort>;

/** What a tab has of the browser. */
export interface TabScope {
  /** Unique among all tabs. */
  readonly tab: string;
  readonly locks: LockManager | undefined;
  readonly BroadcastChannel: typeof globalThis.BroadcastChannel | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly random: () => number;
  readonly now: () => number;
}
