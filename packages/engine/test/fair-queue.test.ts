import { expect, test } from 'vitest';
import { FairQueue } from '../src/queue/fair-queue.ts';

function fill(counts: Readonly<Record<string, number>>): FairQueue<string, string> {
  const queue = new FairQueue<string, string>();
  for (const [owner, count] of Object.entries(counts)) {
    for (let n = 1; n <= count; n += 1) queue.add(`${owner} ${n}`, `${owner} ${n}`, owner);
  }
  return queue;
}

/** Takes items until all slots are used, then one whenever the oldest item is done. */
function serve(queue: FairQueue<string, string>, slots: number): readonly string[] {
  const served: string[] = [];
  const running: (string | null)[] = [];
  for (;;) {
    if (running.length === slots) queue.done(running.shift() ?? null);
    const next = queue.take();
    if (next === undefined) return served;
    served.push(next.item);
    running.push(next.owner);
  }
}

test('K2: the first workflow of each owner comes before the second of any owner', () => {
  const served = serve(fill({ ada: 1_000, bo: 1, cy: 2 }), 4);
  expect(served.slice(0, 6)).toEqual(['ada 1', 'bo 1', 'cy 1', 'ada 2', 'cy 2', 'ada 3']);
  expect(served).toHaveLength(1_003);
});

test('K2: the waiting workflows of one owner are served in order, and none is enqueued twice', () => {
  const queue = fill({ ada: 3 });
  queue.add('ada 2', 'again', 'ada');
  expect(serve(queue, 1)).toEqual(['ada 1', 'ada 2', 'ada 3']);
});

test('K2: the owner with fewer running workflows is next, however long those take', () => {
  const queue = fill({ ada: 10 });
  const running = [queue.take(), queue.take(), queue.take(), queue.take()];
  expect(running.map((one) => one?.owner)).toEqual(['ada', 'ada', 'ada', 'ada']);
  queue.add('bo 1', 'bo 1', 'bo');
  queue.add('bo 2', 'bo 2', 'bo');
  queue.done('ada');
  expect(queue.take()?.item).toBe('bo 1');
  queue.done('ada');
  expect(queue.take()?.item).toBe('bo 2');
  queue.done('ada');
  expect(queue.take()?.item).toBe('ada 5');
});
