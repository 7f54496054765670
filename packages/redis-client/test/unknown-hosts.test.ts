import { expect, test } from 'vitest';
import { hostOf } from '../src/index.ts';

test('F8: a redirection with only a port leads to the host that was queried', () => {
  const toNode = hostOf([{ host: '10.0.0.7' }, { host: '10.0.0.8' }]);
  expect(toNode(':7001')).toEqual({ host: '10.0.0.7', port: 7001 });
});

test('F8: a redirection with a host is left unchanged', () => {
  expect(hostOf([{ host: '10.0.0.7' }])('10.0.0.9:7001')).toBeNull();
  expect(hostOf([])(':7001')).toBeNull();
});
