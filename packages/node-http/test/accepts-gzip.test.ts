import { expect, test } from 'vitest';
import { acceptsGzip } from '../src/accepts-gzip.ts';

test.each([
  [null, false],
  ['', false],
  ['identity', false],
  ['zstd', false],
  ['br', false],
  ['deflate', false],
  ['gzip;q=0', false],
  ['gzip;q=0, *', false],
  ['*;q=0', false],
  ['gzip;q=nonsense', false],
  ['gzip', true],
  ['GZIP', true],
  ['*', true],
  ['br; q=1.0 , gzip ;q=0.2', true],
] as const)('E12: Accept-Encoding %j: %j', (header, accepted) => {
  expect(acceptsGzip(header)).toBe(accepted);
});

// The default headers of clients, over HTTP or TLS: each client that accepts br or deflate accepts
// gzip as well.
test.each([
  ['Chromium', 'gzip, deflate, br, zstd'],
  ['Firefox', 'gzip, deflate, br, zstd'],
  ['Safari, over TLS', 'gzip, deflate, br'],
  ['Safari, without', 'gzip, deflate'],
  ['fetch of Node', 'gzip, deflate'],
  ['fetch of Bun', 'gzip, deflate, br, zstd'],
  ['curl --compressed', 'deflate, gzip, br, zstd'],
  ['requests of Python', 'gzip, deflate'],
  ['net/http of Go', 'gzip'],
  ['OkHttp', 'gzip'],
])('E12: %s gets gzip', (_client, header) => {
  expect(acceptsGzip(header)).toBe(true);
});
