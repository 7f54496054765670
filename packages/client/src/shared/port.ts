import type { ToHub } from './protocol.ts';

/** How long whoever is asked may take to answer, in ms, unless a program says otherwise. */
export const ANSWER_MS = 5000;

/** A tab's way to the hub, wherever that lives. */
export interface HubPort {
  post(message: ToHub): void;
  /** The hub said nothing when it was greeted. Whoever can do something about it does, and others are dead. */
  onSilence(): void;
  close(): void;
}

/** What a port tells. */
export interface PortEvents {
  /** There is a hub, or another one: it knows nothing of this tab yet. */
  readonly onHub: () => void;
  readonly onMessage: (data: unknown) => void;
  /** This way leads nowhere, for good. */
  readonly onDead: () => void;
}

/** Opens a way to a hub. Rejects when this way leads nowhere, and the next one is tried. */
export type WayToHub = (events: PortEvents) => Promise<HubPort>;

/** What the tab has of the browser. */
export interface TabScope {
  /** Names this tab among all of them. */
  readonly tab: string;
  readonly locks: LockManager | undefined;
  readonly BroadcastChannel: typeof globalThis.BroadcastChannel | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly random: () => number;
  readonly now: () => number;
}
