import { expect, test, vi } from 'vitest';
import { type SourceStart, StreamMany } from '../src/stream-many.ts';
import { eventually } from './eventually.ts';

/** What a test has opened, and whether it has come to its end. */
class Sources {
  readonly running = new Set<string>();
  /** How many have brought something that nobody took yet. */
  held = 0;
  mostHeld = 0;

  /** Brings so many values at once, then waits for as long as the stream goes on, or ends. */
  readonly of =
    (name: string, count: number, end: 'ends' | 'waits' = 'ends') =>
    ({ signal, onWait }: SourceStart) =>
      this.#values(name, { count, end, signal, onWait });

  async *#values(
    name: string,
    { count, end, signal, onWait }: SourceStart & { count: number; end: 'ends' | 'waits' },
  ): AsyncGenerator<string, void> {
    this.running.add(name);
    try {
      for (let index = 1; index <= count; index += 1) {
        await Promise.resolve();
        this.held += 1;
        this.mostHeld = Math.max(this.mostHeld, this.held);
        yield `${name}${index}`;
        this.held -= 1;
      }
      if (end === 'ends') return;
      onWait();
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    } finally {
      this.running.delete(name);
    }
  }
}

async function take<Value>(stream: AsyncIterable<Value>, count = Infinity): Promise<Value[]> {
  const taken: Value[] = [];
  for await (const value of stream) {
    taken.push(value);
    if (taken.length === count) break;
  }
  return taken;
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `s${index}:`);

test('F7: every value of every source comes, those of each in order, and then the stream ends', async () => {
  const sources = new Sources();
  const many = new StreamMany<string>(new AbortController().signal);
  for (const name of names(20)) many.add(sources.of(name, 5));
  const taken = await take(many.read());
  expect(taken).toHaveLength(100);
  for (const name of names(20)) {
    expect(taken.filter((value) => value.startsWith(name))).toEqual(
      [1, 2, 3, 4, 5].map((index) => `${name}${index}`),
    );
  }
  expect(sources.running).toEqual(new Set());
});

test('A10: one that has much to say keeps nobody waiting: they take turns', async () => {
  const sources = new Sources();
  const many = new StreamMany<string>(new AbortController().signal);
  many.add(sources.of('heavy:', 10_000));
  for (const name of names(10)) many.add(sources.of(name, 3));
  const taken = await take(many.read(), 60);
  expect(taken.filter((value) => !value.startsWith('heavy:'))).toHaveLength(30);
});

test('A10: a reader that stalls makes few of them read ahead, however many there are', async () => {
  const sources = new Sources();
  const many = new StreamMany<string>(new AbortController().signal);
  for (const name of names(200)) many.add(sources.of(name, 50));
  const stream = many.read();
  await stream.next();
  await eventually(() => expect(sources.held).toBeGreaterThan(3));
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  expect(sources.mostHeld).toBeLessThan(10);
  await stream.return();
});

test('F7: those that wait for news hold nobody up', async () => {
  const sources = new Sources();
  const many = new StreamMany<string>(new AbortController().signal);
  for (const name of names(50)) many.add(sources.of(name, 0, 'waits'));
  many.add(sources.of('late:', 2, 'waits'));
  expect(await take(many.read(), 2)).toEqual(['late:1', 'late:2']);
  expect(sources.running).toEqual(new Set());
});

test('C4: one that is added later is read, too', async () => {
  const sources = new Sources();
  const many = new StreamMany<string>(new AbortController().signal);
  many.add(sources.of('first:', 1, 'waits'));
  const stream = many.read();
  expect((await stream.next()).value).toBe('first:1');
  const next = stream.next();
  many.add(sources.of('second:', 1));
  expect((await next).value).toBe('second:1');
  await stream.return();
});

test('C4: it says that it waits when nobody has anything to read, and not before', async () => {
  const sources = new Sources();
  let waits = 0;
  const many = new StreamMany<string>(new AbortController().signal, () => (waits += 1));
  for (const name of names(10)) many.add(sources.of(name, 2, 'waits'));
  const stream = many.read();
  for (let index = 0; index < 20; index += 1) {
    await stream.next();
    expect(waits).toBe(0);
  }
  const next = stream.next();
  await eventually(() => expect(waits).toBeGreaterThan(0));
  many.add(sources.of('late:', 1));
  expect((await next).value).toBe('late:1');
  await stream.return();
});

/** A stream that has read from many sources, and waits. */
async function waitingStream() {
  const sources = new Sources();
  const controller = new AbortController();
  const { signal } = controller;
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  const many = new StreamMany<string>(signal);
  for (const name of names(30)) many.add(sources.of(name, 1, 'waits'));
  const stream = many.read();
  for (let index = 0; index < 30; index += 1) await stream.next();
  const leftovers = () => ({
    sources: sources.running.size,
    listeners: added.mock.calls.length - removed.mock.calls.length,
  });
  return { stream, controller, leftovers };
}

test('A13: after the abort nothing goes on', async () => {
  const { stream, controller, leftovers } = await waitingStream();
  const waiting = stream.next();
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  expect(leftovers()).toEqual({ sources: 0, listeners: 0 });
});

test('A13: after its reader has left nothing goes on', async () => {
  const { stream, leftovers } = await waitingStream();
  await stream.return();
  expect(leftovers()).toEqual({ sources: 0, listeners: 0 });
});

test('one that fails fails the stream, and ends the others', async () => {
  const sources = new Sources();
  const many = new StreamMany<string>(new AbortController().signal);
  many.add(sources.of('other:', 1, 'waits'));
  many.add(async function* () {
    yield 'one';
    throw new Error('broken');
  });
  await expect(take(many.read())).rejects.toThrow('broken');
  expect(sources.running).toEqual(new Set());
});
