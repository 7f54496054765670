import { onAbort, withTimeout } from '@runtape/async';
import { matchShape } from '@runtape/events';
import type { ConnectedTab } from '../host/connected-tab.ts';
import { Host } from '../host/host.ts';
import { givesLocks } from '../protocol/locks.ts';
import { ANSWER_MS, parseToHost } from '../protocol/messages.ts';
import type { HostPort, PortEvents, TabScope } from './port.ts';

/** A message from a tab to the leader. The field names are those of protocol version 3. */
const toLeader = { object: { port: 'string', said: 'unknown' } } as const;
/** A message from the leader: an announcement to all tabs, or a message of the host to one tab. */
const fromLeader = { object: { leader: 'string', said: 'unknown' } } as const;

/**
 * Opens a port to a host in one of the tabs: the tab that acquires the lock leads, and when it
 * closes, the next one leads. Where the browser grants no locks, or tabs cannot reach each other,
 * each tab has a separate host.
 * @param answerMs the time limit for the browser to show that both work, in ms.
 */
export async function openLeaderPort(
  name: string,
  scope: TabScope,
  events: PortEvents,
  answerMs = ANSWER_MS,
): Promise<HostPort> {
  const { locks, BroadcastChannel: Channel, tab, random } = scope;
  if (locks === undefined || Channel === undefined) return openLocalHost(scope, events);
  const probe = `runtape probe ${tab} ${random()}`;
  const isUsable = await Promise.all([
    givesLocks(locks, probe, answerMs),
    carriesMessages(Channel, probe, answerMs),
  ]);
  if (isUsable.includes(false)) return openLocalHost(scope, events);
  return new LeaderPort({ ...scope, locks, Channel }, name, events);
}

/** Opens a host in this tab, for this tab only; it needs neither locks nor channels. */
export function openLocalHost(scope: TabScope, { onMessage }: PortEvents): HostPort {
  const host = new Host({ ...scope, id: scope.tab });
  const tab = host.open((message) => queueMicrotask(() => onMessage(message)));
  return {
    post: (message) => queueMicrotask(() => tab.receive(message)),
    onSilence: () => {},
    close: () => host.close(),
  };
}

/**
 * Returns whether a message reaches another BroadcastChannel of the same name within `withinMs` ms.
 * It does not if the browser refuses channels to the page, or an extension has replaced them.
 */
async function carriesMessages(
  Channel: typeof globalThis.BroadcastChannel,
  name: string,
  withinMs: number,
): Promise<boolean> {
  const channels: BroadcastChannel[] = [];
  const open = (): BroadcastChannel => {
    const channel = new Channel(name);
    channels.push(channel);
    return channel;
  };
  try {
    const received = Promise.withResolvers<boolean>();
    open().addEventListener('message', () => received.resolve(true), { once: true });
    open().postMessage('probe');
    return await withTimeout(received.promise, withinMs, () => false);
  } catch {
    return false;
  } finally {
    for (const channel of channels) channel.close();
  }
}

interface LeaderScope extends TabScope {
  readonly locks: LockManager;
  readonly Channel: typeof globalThis.BroadcastChannel;
}

class LeaderPort implements HostPort {
  readonly #scope: LeaderScope;
  readonly #name: string;
  readonly #events: PortEvents;
  /**
   * The unique id of this port, even within the tab, so that late messages to a closed port do not
   * reach the next one.
   */
  readonly #id: string;
  /** Carries messages from all tabs to the leader. */
  readonly #toLeader: BroadcastChannel;
  /** Carries the announcement of a tab that it leads. */
  readonly #announcements: BroadcastChannel;
  /** Carries messages from the leader to this port. */
  readonly #inbox: BroadcastChannel;
  readonly #closed = new AbortController();
  /**
   * The only leader whose messages are accepted: one that was frozen continues briefly when it
   * wakes up.
   */
  #leader: string | null = null;
  /**
   * Whether this tab has taken over because the leader did not respond, and has received no message
   * since.
   */
  #hasStolen = false;

  constructor(scope: LeaderScope, name: string, events: PortEvents) {
    this.#scope = scope;
    this.#name = name;
    this.#events = events;
    this.#id = `${scope.tab} ${scope.random()}`;
    this.#toLeader = new scope.Channel(`${name} hub`);
    this.#announcements = new scope.Channel(`${name} tabs`);
    this.#inbox = new scope.Channel(`${name} tab ${this.#id}`);
    listen(this.#announcements, (data) => this.#onAnnouncement(data), this.#closed.signal);
    listen(this.#inbox, (data) => this.#onMessage(data), this.#closed.signal);
    this.#waitToLead({});
  }

  post(message: unknown): void {
    this.#toLeader.postMessage({ port: this.#id, said: message });
  }

  /**
   * Takes the lock from the leader, which may be frozen. If there is still no response afterwards,
   * tabs cannot reach each other.
   */
  onSilence(): void {
    if (this.#hasStolen) {
      this.#events.onDead();
      return;
    }
    this.#hasStolen = true;
    this.#waitToLead({ steal: true });
  }

  close(): void {
    this.post({ kind: 'bye' });
    this.#closed.abort();
    for (const channel of [this.#toLeader, this.#announcements, this.#inbox]) channel.close();
  }

  #onAnnouncement(data: unknown): void {
    const announced = matchShape(fromLeader, data);
    if (announced === null) return;
    this.#leader = announced.leader;
    this.#events.onHost();
  }

  #onMessage(data: unknown): void {
    const received = matchShape(fromLeader, data);
    if (received === null) return;
    this.#hasStolen = false;
    if (this.#leader !== received.leader) {
      // Only a response to `hello` proves that there is a new leader.
      if (!isWelcome(received.said)) return;
      const isFirst = this.#leader === null;
      this.#leader = received.leader;
      if (!isFirst) this.#events.onHost();
    }
    this.#events.onMessage(received.said);
  }

  /** Waits for the lock, then leads until this port is closed or another tab takes over. */
  #waitToLead(options: { readonly steal?: true }): void {
    const { signal } = this.#closed;
    let stopLeading: (() => void) | null = null;
    const request = options.steal === true ? options : { signal };
    this.#scope.locks
      .request(this.#name, request, async () => {
        if (signal.aborted) return;
        stopLeading = this.#lead();
        const { promise, resolve } = Promise.withResolvers<void>();
        onAbort(signal, resolve);
        await promise;
      })
      .catch(() => {
        if (signal.aborted) return;
        // If this tab was leading, its lock was stolen, so it waits again. If not, the browser no
        // longer grants locks.
        if (stopLeading === null) this.#events.onDead();
        else this.#waitToLead({});
      })
      .finally(() => stopLeading?.());
  }

  #lead(): () => void {
    const { Channel, tab, random } = this.#scope;
    const leading = new AbortController();
    const leader = `${tab} ${random()}`;
    const host = new Host({ ...this.#scope, id: leader });
    const tabs = new Map<string, ConnectedTab>();
    const requests = new Channel(`${this.#name} hub`);
    const announcements = new Channel(`${this.#name} tabs`);
    const open = (port: string): ConnectedTab => {
      const outbox = new Channel(`${this.#name} tab ${port}`);
      const connected = host.open(
        (said) => outbox.postMessage({ leader, said }),
        () => {
          tabs.delete(port);
          outbox.close();
        },
      );
      tabs.set(port, connected);
      return connected;
    };
    listen(
      requests,
      (data) => {
        const envelope = matchShape(toLeader, data);
        if (envelope === null) return;
        const { port, said } = envelope;
        // Tabs repeat the messages to the previous leader after `hello`.
        const sender = tabs.get(port) ?? (isHello(said) ? open(port) : null);
        sender?.receive(said);
      },
      leading.signal,
    );
    announcements.postMessage({ leader, said: 'A tab leads.' });
    return () => {
      leading.abort();
      host.close();
      requests.close();
      announcements.close();
    };
  }
}

function isHello(said: unknown): boolean {
  return parseToHost(said)?.kind === 'hello';
}

function isWelcome(said: unknown): boolean {
  return typeof said === 'object' && said !== null && Reflect.get(said, 'kind') === 'welcome';
}

function listen(
  channel: BroadcastChannel,
  onMessage: (data: unknown) => void,
  signal: AbortSignal,
): void {
  const listener = ({ data }: MessageEvent<unknown>): void => onMessage(data);
  channel.addEventListener('message', listener);
  onAbort(signal, () => channel.removeEventListener('message', listener));
}
