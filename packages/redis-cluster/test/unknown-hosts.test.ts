import { expect, test } from 'vitest';
import { hostOf } from '../src/index.ts';

test('F8: a redirection that names only a port leads to the host that was asked', () => {
  const toNode = hostOf([{ host: '10.0.0.7' }, { host: '10.0.0.8' }]);
  expect(toNode(':7001')).toEqual({ host: '10.0.0.7', port: 7001 });
});

test('F8: a redirection that names a host is left as it is', () => {
  expect(hostOf([{ host: '10.0.0.7' }])('10.0.0.9:7001')).toBeNull();
  expect(hostOf([])(':7001')).toBeNull();
});
