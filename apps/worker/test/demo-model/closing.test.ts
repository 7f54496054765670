import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { demoModelName, startDemoModel } from '../../src/demo-model/demo-model.ts';
import type { DemoModel } from '../../src/demo-model/demo-model.ts';
import { clientOf, issue, streamOnce, userMessages } from './conversation.ts';

let demo: DemoModel | undefined;
afterEach(() => demo?.close());

function outcome(model: DemoModel) {
  return vi.waitUntil(() => {
    const last = model.requests.at(-1)?.outcome;
    return last === 'running' ? undefined : last;
  });
}

describe('F4: a client that disconnects', () => {
  test('is noticed in the middle of a stream, between two tokens that are a minute apart', async () => {
    demo = await startDemoModel({ tokensPerSecond: 1 / 60 });
    const stream = await clientOf(demo).chat.completions.create({
      model: demoModelName,
      messages: userMessages(issue),
      stream: true,
    });
    expect(demo.requests[0]?.outcome).toBe('running');
    stream.controller.abort();
    expect(await outcome(demo)).toBe('aborted by client');
  });

  test('is noticed while an answer that is not streamed is being generated', async () => {
    demo = await startDemoModel({ tokensPerSecond: 1 / 60 });
    const model = demo;
    const stop = new AbortController();
    const answer = clientOf(model)
      .chat.completions.create(
        { model: demoModelName, messages: userMessages(issue) },
        { signal: stop.signal },
      )
      .catch((error: unknown) => error);
    await vi.waitUntil(() => model.requests[0]?.outcome === 'running');
    stop.abort();
    expect(await answer).toBeInstanceOf(Error);
    expect(await outcome(model)).toBe('aborted by client');
  });

  test('is noticed at full speed, and does not affect other clients', async () => {
    demo = await startDemoModel({ tokensPerSecond: Infinity });
    const beside = streamOnce(clientOf(demo), userMessages(issue));
    const stream = await clientOf(demo).chat.completions.create({
      model: demoModelName,
      messages: userMessages(`${issue}\n`.repeat(3)),
      stream: true,
    });
    for await (const _ of stream) break;
    expect((await beside).finishReason).toBe('stop');
    await vi.waitFor(() =>
      expect(demo?.requests.map((request) => request.outcome).sort()).toEqual([
        'aborted by client',
        'completed',
      ]),
    );
  });
});

test('F4: a client that disconnects in the middle of its own request is noticed as well', async () => {
  const model = await startDemoModel();
  demo = model;
  const socket = connect(Number(new URL(model.url).port), '127.0.0.1');
  socket.write(
    'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n{"model":',
  );
  await vi.waitUntil(() => model.requests.length === 1);
  socket.destroy();
  expect(await outcome(model)).toBe('aborted by client');
});

describe('closing', () => {
  test('ends running streams as failed, refuses new requests, and may be repeated', async () => {
    demo = await startDemoModel({ tokensPerSecond: 1 / 60 });
    const client = clientOf(demo);
    const stream = await client.chat.completions.create({
      model: demoModelName,
      messages: userMessages(issue),
      stream: true,
    });
    const read = (async () => {
      for await (const _ of stream);
    })().catch((error: unknown) => error);
    await demo.close();
    await demo.close();
    expect(await read).toBeInstanceOf(Error);
    expect(demo.requests[0]?.outcome).toBe('failed');
    await expect(client.models.list()).rejects.toThrow(/connection/i);
  });

  test('A13: leaves no socket and no timer behind', async () => {
    // Clients of earlier tests may still be closing their sockets, and have timers until
    // then.
    await until(() => resources().length === 0);
    const before = resources();
    {
      await using model = await startDemoModel({ tokensPerSecond: 1 / 60 });
      const client = clientOf(model);
      const stream = await client.chat.completions.create({
        model: demoModelName,
        messages: userMessages(issue),
        stream: true,
      });
      const aborted = await client.chat.completions.create({
        model: demoModelName,
        messages: userMessages(issue),
        stream: true,
      });
      aborted.controller.abort();
      await client.models.list();
      expect(resources()).not.toEqual(before);
      void stream;
    }
    await until(() => resources().join() === before.join());
    expect(resources()).toEqual(before);
  });
});

test('an internal error is a 500 for the client, and reported to the owner', async () => {
  const broken = new Error('the clock broke');
  const reported: unknown[] = [];
  let ticks = 0;
  demo = await startDemoModel({
    onError: (error) => reported.push(error),
    now: () => {
      ticks += 1;
      if (ticks > 1) throw broken;
      return new Date();
    },
  });
  await expect(streamOnce(clientOf(demo), userMessages(issue))).rejects.toMatchObject({
    status: 500,
  });
  expect(reported).toEqual([broken]);
});

test.each([0, -1, Number.NaN])('a pace of %d is refused', async (tokensPerSecond) => {
  await expect(startDemoModel({ tokensPerSecond })).rejects.toThrow(RangeError);
});

/**
 * Waits without a timer, which would be counted. Gives up after a minute, so that the assertion
 * fails.
 */
async function until(settled: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!settled() && performance.now() < deadline) await setImmediate();
}

/**
 * The open sockets and pending timers of this process, except for those of the test runner.
 */
function resources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /TCP|HTTP|Timeout/.test(name))
    .sort();
}
