import { onAbort } from '@runtape/async';
import { z } from 'zod';
import { carriesMessages } from './carries-messages.ts';
import { HubHost, type HubSession } from './hub-host.ts';
import { givesLocks } from './locks.ts';
import { ANSWER_MS, type HubPort, type PortEvents, type TabScope } from './port.ts';
import { toHubSchema } from './protocol.ts';

/** What tabs say to the one that leads. */
const toLeaderSchema = z.object({ port: z.string(), said: z.unknown() });
/** What the one that leads says: to all tabs that it does, and to one tab what the hub says to it. */
const fromLeaderSchema = z.object({ leader: z.string(), said: z.unknown() });

/**
 * The way to a hub in one of the tabs: whoever gets the lock leads, and when that tab goes, the next one does. Where the
 * browser gives the page no locks, or tabs cannot hear each other, each has a hub of its own.
 * @param answerMs how long the browser may take to show that it does, in ms.
 */
export async function openLeaderPort(
  name: string,
  scope: TabScope,
  events: PortEvents,
  answerMs = ANSWER_MS,
): Promise<HubPort> {
  const { locks, BroadcastChannel: Channel, tab, random } = scope;
  if (locks === undefined || Channel === undefined) return openOwnHub(scope, events);
  const probe = `runtape probe ${tab} ${random()}`;
  const isUsable = await Promise.all([
    givesLocks(locks, probe, answerMs),
    carriesMessages(Channel, probe, answerMs),
  ]);
  if (isUsable.includes(false)) return openOwnHub(scope, events);
  return new LeaderPort({ ...scope, locks, Channel }, name, events);
}

/** A hub in this tab, for this tab: it needs nothing of the browser. */
export function openOwnHub(scope: TabScope, { onMessage }: PortEvents): HubPort {
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
  readonly #events: PortEvents;
  /** Names this port, and no other of the tab: what one that is closed said late is not for the next one. */
  readonly #id: string;
  /** What all tabs say to the one that leads. */
  readonly #toHub: BroadcastChannel;
  /** Where a tab that begins to lead says so. */
  readonly #all: BroadcastChannel;
  readonly #mine: BroadcastChannel;
  readonly #over = new AbortController();
  /** Whose messages count: one that was frozen while it led goes on for a moment when it wakes up. */
  #leader: string | null = null;
  /** It took over because nobody answered, and nobody has answered since. */
  #hasStolen = false;

  constructor(scope: LeaderScope, name: string, events: PortEvents) {
    this.#scope = scope;
    this.#name = name;
    this.#events = events;
    this.#id = `${scope.tab} ${scope.random()}`;
    this.#toHub = new scope.Channel(`${name} hub`);
    this.#all = new scope.Channel(`${name} tabs`);
    this.#mine = new scope.Channel(`${name} tab ${this.#id}`);
    listen(this.#all, (data) => this.#hearLeader(data), this.#over.signal);
    listen(this.#mine, (data) => this.#hear(data), this.#over.signal);
    this.#stand({});
  }

  post(message: unknown): void {
    this.#toHub.postMessage({ port: this.#id, said: message });
  }

  /** A tab that leads and is frozen holds the lock and does nothing. When it is not that, tabs do not hear each other. */
  onSilence(): void {
    if (this.#hasStolen) {
      this.#events.onDead();
      return;
    }
    this.#hasStolen = true;
    this.#stand({ steal: true });
  }

  close(): void {
    this.post({ kind: 'bye' });
    this.#over.abort();
    for (const channel of [this.#toHub, this.#all, this.#mine]) channel.close();
  }

  #hearLeader(data: unknown): void {
    const { success, data: said } = fromLeaderSchema.safeParse(data);
    if (!success) return;
    this.#leader = said.leader;
    this.#events.onHub();
  }

  #hear(data: unknown): void {
    const { success, data: heard } = fromLeaderSchema.safeParse(data);
    if (!success) return;
    this.#hasStolen = false;
    if (this.#leader !== heard.leader) {
      // Only who was greeted and answers can be another one that leads.
      if (!isWelcome(heard.said)) return;
      const isFirst = this.#leader === null;
      this.#leader = heard.leader;
      if (!isFirst) this.#events.onHub();
    }
    this.#events.onMessage(heard.said);
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
        if (signal.aborted) return;
        // Stolen: this tab stands behind the others again. A browser that gives no more locks would refuse for ever.
        if (stopLeading === null) this.#events.onDead();
        else this.#stand({});
      })
      .finally(() => stopLeading?.());
  }

  #lead(): () => void {
    const { Channel, tab, random } = this.#scope;
    const leading = new AbortController();
    const leader = `${tab} ${random()}`;
    const host = new HubHost({ ...this.#scope, id: leader });
    const sessions = new Map<string, HubSession>();
    const inbox = new Channel(`${this.#name} hub`);
    const announcing = new Channel(`${this.#name} tabs`);
    const open = (port: string): HubSession => {
      const back = new Channel(`${this.#name} tab ${port}`);
      const session = host.open(
        (said) => back.postMessage({ leader, said }),
        () => {
          sessions.delete(port);
          back.close();
        },
      );
      sessions.set(port, session);
      return session;
    };
    listen(
      inbox,
      (data) => {
        const { success, data: envelope } = toLeaderSchema.safeParse(data);
        if (!success) return;
        const { port, said } = envelope;
        // What was meant for the one who led before is said again after the greeting.
        const session = sessions.get(port) ?? (isGreeting(said) ? open(port) : null);
        session?.receive(said);
      },
      leading.signal,
    );
    announcing.postMessage({ leader, said: 'A tab leads.' });
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

function isWelcome(said: unknown): boolean {
  return typeof said === 'object' && said !== null && Reflect.get(said, 'kind') === 'welcome';
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
