import { expect, test } from 'vitest';
import { tokenize } from '../src/retrieval/tokenize.ts';

test.each([
  ['readFile', ['read', 'file', 'readfile']],
  ['HTTPServer', ['http', 'server', 'httpserver']],
  ['MAX_RETRY_COUNT', ['max', 'retri', 'count', 'maxretrycount']],
  ['How does a client reconnect?', ['client', 'reconnect']],
  ['clients reconnecting', ['client', 'reconnect']],
  ['src/event-log.ts', ['src', 'event', 'log', 'ts']],
  ['Café über', ['cafe', 'uber']],
  ['你好世界', ['你好', '世界']],
  ['x'.repeat(61), []],
  ['👩‍👩‍👧 —', []],
  ['', []],
])('D3: %j is searched for as %j', (text, words) => {
  expect(tokenize(text)).toEqual(words);
});
