import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Direction = 'to_client' | 'to_server';

/** How the proxy treats traffic. */
export type Traffic =
  | { readonly kind: 'pass' }
  /** No data passes, and no error is reported. */
  | { readonly kind: 'freeze' }
  /** Each chunk is delayed by this time, in ms. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Drops one direction. A connection that lost bytes is reset once bytes could pass again. */
  | { readonly kind: 'drop'; readonly direction: Direction };

const PASS: Traffic = { kind: 'pass' };

/** A proxied connection from one client to the server. */
export interface ProxiedConnection {
  /** Overrides the proxy's setting for this connection; `null` removes the override. */
  set(traffic: Traffic | null): void;
  /** Resets both ends. */
  cut(): void;
  /** Resets one end; the other stays open and receives nothing more. */
  halfOpen(survivor: 'client' | 'server'): void;
}

/** A proxy in front of a server on 127.0.0.1 that harms its traffic. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  readonly connections: readonly ProxiedConnection[];
  /** Applies to all current and future connections. */
  set(traffic: Traffic): void;
}

export interface TcpProxyOptions {
  /** Port of the server on 127.0.0.1. */
  readonly to: number;
  /** Port to listen on. Default: a free one. */
  readonly port?: number;
}

export async function startTcpProxy({ to, port = 0 }: TcpProxyOptions): Promise<TcpProxy> {
  const open = new Set<Connection>();
  let traffic = PASS;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const connection = new Connection(client, to, traffic);
    open.add(connection);
    void connection.done.then(() => open.delete(connection));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('A TCP port has an address.');
  return {
    port: address.port,
    get connections() {
      return [...open];
    },
    set: (now) => {
      traffic = now;
      for (const connection of open) connection.setForAll(now);
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const connection of open) connection.cut();
      await closed;
    },
  };
}

class Connection implements ProxiedConnection {
  /** Settles when both ends are closed. */
  readonly done: Promise<void>;
  readonly #client: Socket;
  readonly #server: Socket;
  #forAll: Traffic;
  #own: Traffic | null = null;
  /**
   * Directions in which bytes were dropped. No later byte may arrive: a TCP connection has no gaps.
   */
  readonly #lost = new Set<Direction>();
  #changed = Promise.withResolvers<void>();

  constructor(client: Socket, to: number, traffic: Traffic) {
    this.#client = client;
    this.#server = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.#forAll = traffic;
    this.done = this.#run();
  }

  set(traffic: Traffic | null): void {
    this.#own = traffic;
    this.#apply();
  }

  setForAll(traffic: Traffic): void {
    this.#forAll = traffic;
    this.#apply();
  }

  cut(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
    this.#wake();
  }

  halfOpen(survivor: 'client' | 'server'): void {
    this.#own = { kind: 'freeze' };
    (survivor === 'client' ? this.#server : this.#client).resetAndDestroy();
    this.#wake();
  }

  get #traffic(): Traffic {
    return this.#own ?? this.#forAll;
  }

  #apply(): void {
    const cannotContinue = this.#lost.size > 0 || this.#client.destroyed || this.#server.destroyed;
    if (cannotContinue && this.#traffic.kind === 'pass') this.cut();
    else this.#wake();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async #run(): Promise<void> {
    const ends = [this.#client, this.#server];
    // The error itself is irrelevant, because the other end is reset.
    for (const end of ends) end.on('error', ignore);
    const closed = ends.map((end) => new Promise<void>((resolve) => end.once('close', resolve)));
    const pumps = [
      this.#pump(this.#client, this.#server, 'to_server'),
      this.#pump(this.#server, this.#client, 'to_client'),
    ];
    await Promise.all(pumps);
    await Promise.all(closed);
  }

  async #pump(from: Socket, to: Socket, direction: Direction): Promise<void> {
    try {
      const chunks: AsyncIterable<Uint8Array> = from.iterator({ destroyOnReturn: false });
      for await (const chunk of chunks) {
        const passes = await this.#mayPass(from, direction);
        if (!passes || to.destroyed) continue;
        if (this.#lost.has(direction)) this.cut();
        else if (!to.write(chunk)) await untilWritable(to);
      }
      const mayEnd = await this.#mayPass(from, direction);
      if (mayEnd && this.#lost.has(direction)) this.cut();
      else if (mayEnd) to.end();
    } catch {
      await this.#forwardReset();
    }
  }

  /** A frozen link does not forward a reset before it thaws. */
  async #forwardReset(): Promise<void> {
    while (this.#traffic.kind === 'freeze' && !(this.#client.destroyed && this.#server.destroyed)) {
      await this.#changed.promise;
    }
    this.cut();
  }

  /** @returns false if the data is dropped. */
  async #mayPass(from: Socket, direction: Direction): Promise<boolean> {
    for (;;) {
      const traffic = this.#traffic;
      if (traffic.kind === 'pass' || from.destroyed) return true;
      if (traffic.kind === 'drop') {
        if (traffic.direction !== direction) return true;
        this.#lost.add(direction);
        return false;
      }
      if (traffic.kind === 'delay') {
        await sleep(traffic.ms);
        return true;
      }
      await this.#changed.promise;
    }
  }
}

/** Also returns if the socket will never be writable again. */
async function untilWritable(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once('drain', resolve).once('close', resolve);
  await promise;
  socket.off('drain', resolve).off('close', resolve);
}

function ignore(): void {}
