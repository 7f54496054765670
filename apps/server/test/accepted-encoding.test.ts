import { expect, test } from 'vitest';
import { acceptedEncoding } from '../src/accepted-encoding.ts';

test.each([
  [null, null],
  ['', null],
  ['identity', null],
  ['zstd', null],
  ['gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['gzip, deflate, br, zstd', 'gzip'],
  ['br', 'br'],
  ['deflate', 'deflate'],
  ['gzip;q=0.5, br;q=0.8', 'br'],
  ['gzip;q=0', null],
  ['gzip;q=0, *', 'br'],
  ['*', 'gzip'],
  ['*;q=0', null],
  ['gzip;q=nonsense', null],
  ['br; q=1.0 , gzip ;q=0.2', 'br'],
] as const)('E12: Accept-Encoding %j: %j', (header, encoding) => {
  expect(acceptedEncoding(header)).toBe(encoding);
});
