import { version } from 'react';
import { version as domVersion } from 'react-dom';
import { expect, test } from 'vitest';

test('E6: the tests run with React 19, and once more with React 18', () => {
  const major = process.env['REACT_MAJOR'] ?? '19';
  expect(version.split('.')[0]).toBe(major);
  expect(domVersion.split('.')[0]).toBe(major);
});
