import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTcpProxy, type TcpProxy } from '../src/tcp-proxy.ts';

/** An echo server. */
let echo: Server;
let proxy: TcpProxy;
const accepted: Socket[] = [];
const clients: Client[] = [];

class Client {
  readonly socket: Socket;
  received = '';
  end: 'open' | 'ended' | 'reset' = 'open';

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.setEncoding('utf8').on('data', (text: string) => {
      this.received += text;
    });
    this.socket.on('end', () => {
      this.end = 'ended';
    });
    this.socket.on('error', () => {
      this.end = 'reset';
    });
    clients.push(this);
  }

  async says(text: string): Promise<void> {
    const before = this.received;
    this.socket.write(text);
    await vi.waitFor(() => {
      if (this.received !== before + text) throw new Error('The answer is not there yet.');
    });
  }
}

beforeEach(async () => {
  echo = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startTcpProxy({ to: portOf(echo) });
});

afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  for (const { socket } of clients.splice(0)) socket.destroy();
  // No connection of the proxy remains at the server either.
  await vi.waitFor(() => {
    if (!accepted.every(({ destroyed }) => destroyed)) throw new Error('A connection is left.');
  });
  accepted.length = 0;
  echo.close();
});

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on a port.');
  return address.port;
}

/** Meanwhile, data that bypasses the proxy makes several round trips. */
async function expectNothing(client: Client): Promise<void> {
  const before = client.received;
  const direct = new Client(portOf(echo));
  for (let trip = 0; trip < 20; trip += 1) await direct.says(`${trip}`.repeat(1_000));
  expect(client.received).toBe(before);
}

describe('startTcpProxy', () => {
  test('passes bytes both ways, many and in order', async () => {
    const client = new Client(proxy.port);
    await client.says('x'.repeat(3_000_000));
    await client.says('hello');
    expect(client.received).toHaveLength(3_000_005);
  });

  test('forwards the end of either side while the other may still send', async () => {
    const client = new Client(proxy.port);
    client.socket.end('last words');
    await vi.waitFor(() => expect(client).toMatchObject({ received: 'last words', end: 'ended' }));
    await vi.waitFor(() => expect(proxy.connections).toEqual([]));
  });

  test('a cut resets both ends, and new connections pass', async () => {
    const client = new Client(proxy.port);
    await client.says('a');
    proxy.connections[0]?.cut();
    await vi.waitFor(() => expect(client.end).toBe('reset'));
    await vi.waitFor(() => expect(accepted[0]?.destroyed).toBe(true));
    await new Client(proxy.port).says('b');
  });

  test('frozen, it holds data and new connections, and delivers them afterwards', async () => {
    const client = new Client(proxy.port);
    await client.says('a');
    proxy.set({ kind: 'freeze' });
    const late = new Client(proxy.port);
    client.socket.write('b');
    late.socket.write('c');
    await expectNothing(client);
    expect([client.end, late.end, late.received]).toEqual(['open', 'open', '']);
    proxy.set({ kind: 'pass' });
    await vi.waitFor(() => expect([client.received, late.received]).toEqual(['ab', 'c']));
  });

  test('one connection can be frozen while others pass', async () => {
    const [first, second] = [new Client(proxy.port), new Client(proxy.port)];
    await first.says('a');
    await second.says('a');
    proxy.connections[0]?.set({ kind: 'freeze' });
    await second.says('b');
    first.socket.write('b');
    await expectNothing(first);
    proxy.connections[0]?.set(null);
    await vi.waitFor(() => expect(first.received).toBe('ab'));
  });

  test('frozen, it hides a reset by the server from the client until it thaws', async () => {
    const client = new Client(proxy.port);
    await client.says('a');
    proxy.set({ kind: 'freeze' });
    accepted[0]?.resetAndDestroy();
    await expectNothing(client);
    expect(client.end).toBe('open');
    proxy.set({ kind: 'pass' });
    await vi.waitFor(() => expect(client.end).toBe('reset'));
  });

  test('delayed, every answer takes at least that long, and the order is kept', async () => {
    const client = new Client(proxy.port);
    await client.says('a');
    proxy.set({ kind: 'delay', ms: 40 });
    const began = performance.now();
    await client.says('b');
    expect(performance.now() - began).toBeGreaterThanOrEqual(79);
    client.socket.write('c');
    proxy.set({ kind: 'pass' });
    client.socket.write('d');
    await vi.waitFor(() => expect(client.received).toBe('abcd'));
  });

  test.each(['to_client', 'to_server'] as const)(
    'drops one direction, %s; a connection that lost bytes is reset when bytes would pass again',
    async (direction) => {
      const client = new Client(proxy.port);
      await client.says('a');
      const heard: string[] = [];
      accepted[0]?.on('data', (bytes: Buffer) => heard.push(bytes.toString()));
      proxy.set({ kind: 'drop', direction });
      client.socket.write('b');
      await expectNothing(client);
      expect(heard).toEqual(direction === 'to_client' ? ['b'] : []);
      expect(client.end).toBe('open');
      proxy.set({ kind: 'pass' });
      await vi.waitFor(() => expect(client.end).toBe('reset'));
    },
  );

  test.each([
    { kind: 'delay', ms: 1 },
    { kind: 'drop', direction: 'to_server' },
  ] as const)(
    'data after lost bytes never arrives, even if the link then does: %j',
    async (next) => {
      const client = new Client(proxy.port);
      await client.says('a');
      proxy.set({ kind: 'drop', direction: 'to_client' });
      client.socket.write('b');
      await expectNothing(client);
      proxy.set(next);
      client.socket.write('c');
      accepted[0]?.write('d');
      await vi.waitFor(() => expect(client.end).toBe('reset'));
      expect(client.received).toBe('a');
    },
  );

  test('a connection that lost nothing outlives a drop', async () => {
    const client = new Client(proxy.port);
    await client.says('a');
    proxy.set({ kind: 'drop', direction: 'to_client' });
    proxy.set({ kind: 'pass' });
    await client.says('b');
    expect(client).toMatchObject({ received: 'ab', end: 'open' });
  });

  test('half-open: the server is gone, and the client is unaware of it until the link is restored', async () => {
    const client = new Client(proxy.port);
    await client.says('a');
    proxy.connections[0]?.halfOpen('client');
    await vi.waitFor(() => expect(accepted[0]?.destroyed).toBe(true));
    client.socket.write('b');
    await expectNothing(client);
    expect(client.end).toBe('open');
    proxy.connections[0]?.set(null);
    await vi.waitFor(() => expect(client.end).toBe('reset'));
  });

  test('half-open the other way: the client is gone, and the server is unaware of it', async () => {
    const client = new Client(proxy.port);
    await client.says('a');
    proxy.connections[0]?.halfOpen('server');
    await vi.waitFor(() => expect(client.end).toBe('reset'));
    expect(accepted[0]?.destroyed).toBe(false);
    proxy.connections[0]?.set(null);
    await vi.waitFor(() => expect(accepted[0]?.destroyed).toBe(true));
  });

  test('without a server, clients are reset', async () => {
    await using nowhere = await startTcpProxy({ to: 1 });
    const client = new Client(nowhere.port);
    await vi.waitFor(() => expect(client.end).toBe('reset'));
    await vi.waitFor(() => expect(nowhere.connections).toEqual([]));
  });
});
