import { spawn, spawnSync } from 'node:child_process';
import { get, type IncomingMessage } from 'node:http';
import { createGunzip, gunzipSync } from 'node:zlib';
import { makeToken, TestLog } from '@runtape/testing';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { GzipSink } from '../src/gzip-sink.ts';
import { startServer } from './start-server.ts';

const eventually = (check: () => void) => vi.waitFor(check);
const eventsOf = ({ workflowId }: TestLog): string => `/api/workflows/${workflowId}/events`;

describe('E12: one gzip member made of shared blocks', () => {
  test('zlib reads exactly what was written', () => {
    const shared = new Uint8Array(3000).fill(65);
    const pieces = fc.array(
      fc.oneof(fc.uint8Array({ maxLength: 70_000, size: 'max' }), fc.constant(shared)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(pieces, (written) => {
        const got: Uint8Array[] = [];
        const sink = new GzipSink({ write: (bytes) => got.push(bytes) > 0, end: () => undefined });
        for (const piece of written) sink.write(piece);
        sink.end();
        expect(gunzipSync(Buffer.concat(got)).equals(Buffer.concat(written))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('two clients that receive the same bytes share a block', () => {
    const written: Uint8Array[][] = [[], []];
    const sinks = written.map(
      (got) => new GzipSink({ write: (bytes) => got.push(bytes) > 0, end: () => undefined }),
    );
    const [greetings, event] = [[1, 2].map((n) => Uint8Array.of(n)), new Uint8Array(5000)];
    for (const [index, sink] of sinks.entries()) {
      sink.write(greetings[index] ?? event);
      sink.write(event);
    }
    expect(written[0]?.[1]).toBe(written[1]?.[1]);
    expect(written[0]?.[1]?.length).toBeLessThan(100);
  });

  test('each event can be read before the next one is written, by zlib and by fetch', async () => {
    await using server = await startServer({ encoding: 'gzip' });
    const testLog = await TestLog.create(server.log);
    const answered = Promise.withResolvers<IncomingMessage>();
    get(`${server.url}${eventsOf(testLog)}`, answered.resolve).on('error', answered.reject);
    const answer = await answered.promise;
    expect(answer.headers['content-encoding']).toBe('gzip');
    let byZlib = '';
    answer.pipe(createGunzip()).on('data', (piece: Buffer) => (byZlib += piece.toString()));
    const response = await fetch(`${server.url}${eventsOf(testLog)}`);
    let byFetch = '';
    const read = (async () => {
      for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        byFetch += text;
      }
    })();
    for (const text of ['short', 'long '.repeat(5000), 'short again']) {
      await testLog.append(makeToken(text));
      await eventually(() => {
        expect(byZlib).toContain(text);
        expect(byFetch).toContain(text);
      });
    }
    await testLog.complete();
    // Rejects if the checksum or the length is wrong.
    await read;
    await eventually(() => expect(byZlib).toMatch(/event: workflow:completed[^]*\n\n$/));
    expect(byFetch).toContain('event: workflow:completed');
  });

  const hasCurl = spawnSync('curl', ['--version']).status === 0;
  test.skipIf(!hasCurl)('curl --compressed reads it live, where curl is installed', async () => {
    await using server = await startServer({ encoding: 'gzip' });
    const testLog = await TestLog.create(server.log);
    const url = `${server.url}${eventsOf(testLog)}`;
    const child = spawn('curl', ['--silent', '--no-buffer', '--compressed', '--fail', url]);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    const closed = new Promise((resolve) => child.once('close', resolve));
    await testLog.append(makeToken('live'));
    await eventually(() => expect(text).toContain('live'));
    await testLog.complete();
    expect(await closed).toBe(0);
    expect(text).toContain('event: workflow:completed');
  });
});
