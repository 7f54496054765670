import { z } from 'zod';
import { onAbort } from '../wait.ts';
import { HubHost, type HubSession } from './hub-host.ts';
import type { HubPort, PortEvents, TabScope } from './port.ts';
import { type FromHub, toHubSchema } from './protocol.ts';

const envelopeSchema = z.object({ tab: z.string(), said: z.unknown() });

/**
 * The way to a hub in one of the tabs: whoever gets the lock leads, and when that tab goes, the next one does. Where tabs
 * cannot hear each other, each has a hub of its own.
 */
export function openLeaderPort(name: string, scope: TabScope, events: PortEvents): HubPort {
  const { locks, BroadcastChannel: Channel } = scope;
  return locks === undefined || Channel === undefined
    ? openOwnHub(scope, events)
    : new LeaderPort({ ...scope, locks, Channel }, name, events);
}

/** A hub in this tab, for this tab. */
function openOwnHub(scope: TabScope, { onMessage }: PortEvents): HubPort {
  const host = new HubHost({ ...scope, id: scope.tab });
  const session = host.open((message) => queueMicrotask(() => onMessage(message)));
  return {
    post: (message) => queueMicrotask(() => session.receive(message)),
    onSilence: () => {},
    close: () => host.close(),
  };
}

interface LeaderScope extends TabScope {
  readonly locks: LockManager;
  readonly Channel: typeof globalThis.BroadcastChannel;
}

class LeaderPort implements HubPort {
  readonly #scope: LeaderScope;
  readonly #name: string;
  /** What all tabs say to the one that leads. */
  readonly #toHub: BroadcastChannel;
  /** Where a tab that begins to lead says so. */
  readonly #all: BroadcastChannel;
  readonly #mine: BroadcastChannel;
  readonly #over = new AbortController();

  constructor(scope: LeaderScope, name: string, { onHub, onMessage }: PortEvents) {
    this.#scope = scope;
    this.#name = name;
    this.#toHub = new scope.Channel(`${name} hub`);
    this.#all = new scope.Channel(`${name} tabs`);
    this.#mine = new scope.Channel(`${name} tab ${scope.tab}`);
    listen(this.#all, onHub, this.#over.signal);
    listen(this.#mine, onMessage, this.#over.signal);
    this.#stand({});
  }

  post(message: unknown): void {
    this.#toHub.postMessage({ tab: this.#scope.tab, said: message });
  }

  /** A tab that leads and is frozen holds the lock and does nothing. */
  onSilence(): void {
    this.#stand({ steal: true });
  }

  close(): void {
    this.post({ kind: 'bye' });
    this.#over.abort();
    for (const channel of [this.#toHub, this.#all, this.#mine]) channel.close();
  }

  /** Waits for its turn to lead, and leads until it is closed, or another tab takes over. */
  #stand(how: { readonly steal?: true }): void {
    const { signal } = this.#over;
    let stopLeading: (() => void) | null = null;
    const options = how.steal === true ? how : { signal };
    this.#scope.locks
      .request(this.#name, options, async () => {
        if (signal.aborted) return;
        stopLeading = this.#lead();
        const { promise, resolve } = Promise.withResolvers<void>();
        onAbort(signal, resolve);
        await promise;
      })
      .catch(() => {
        // Stolen: this tab stands behind the others again.
        if (!signal.aborted) this.#stand({});
      })
      .finally(() => stopLeading?.());
  }

  #lead(): () => void {
    const { Channel, tab: own } = this.#scope;
    const leading = new AbortController();
    const host = new HubHost({ ...this.#scope, id: `${own} ${this.#scope.random()}` });
    const sessions = new Map<string, HubSession>();
    const inbox = new Channel(`${this.#name} hub`);
    const announcing = new Channel(`${this.#name} tabs`);
    const open = (tab: string): HubSession => {
      const back = new Channel(`${this.#name} tab ${tab}`);
      const session = host.open(
        (message: FromHub) => back.postMessage(message),
        () => {
          sessions.delete(tab);
          back.close();
        },
      );
      sessions.set(tab, session);
      return session;
    };
    listen(
      inbox,
      (data) => {
        const { success, data: envelope } = envelopeSchema.safeParse(data);
        if (!success) return;
        const { tab, said } = envelope;
        // What was meant for the one who led before is said again after the greeting.
        const session = sessions.get(tab) ?? (isGreeting(said) ? open(tab) : null);
        session?.receive(said);
      },
      leading.signal,
    );
    announcing.postMessage('A tab leads.');
    return () => {
      leading.abort();
      host.close();
      inbox.close();
      announcing.close();
    };
  }
}

function isGreeting(said: unknown): boolean {
  return toHubSchema.safeParse(said).data?.kind === 'hello';
}

function listen(
  channel: BroadcastChannel,
  hear: (data: unknown) => void,
  signal: AbortSignal,
): void {
  const listener = ({ data }: MessageEvent<unknown>): void => hear(data);
  channel.addEventListener('message', listener);
  onAbort(signal, () => channel.removeEventListener('message', listener));
}
