import { expect, test } from 'vitest';
import { serverUrl } from '../src/index.ts';

test.each([
  ['http://127.0.0.1:4310', 'http://127.0.0.1:4310/api/events'],
  ['http://127.0.0.1:4310/', 'http://127.0.0.1:4310/api/events'],
  ['https://example.com/runtape', 'https://example.com/runtape/api/events'],
  ['https://example.com/runtape/', 'https://example.com/runtape/api/events'],
  ['https://example.com/a/b/?x=1#y', 'https://example.com/a/b/api/events'],
])('I1: the endpoints of a server at %s are below its path', (base, url) => {
  expect(serverUrl(base, '/api/events')).toBe(url);
  expect(serverUrl(base, 'api/events')).toBe(url);
});
