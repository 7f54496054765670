import { expect, test } from 'vitest';
import { CliError } from '../src/exit-code.ts';
import {
  readDollars,
  readMaxIterations,
  readOnAgentFailure,
  readRoleModel,
  readTokens,
} from '../src/read-review.ts';

test('E2: the settings of a review are parsed', () => {
  expect(readMaxIterations('0')).toBe(0);
  expect(readDollars('0.5')).toBe(0.5);
  expect(readTokens('1000')).toBe(1000);
  expect(readOnAgentFailure('fail')).toBe('fail');
  const one = readRoleModel('critic=gpt-5');
  expect(readRoleModel('writer=a=b', one)).toEqual([
    ['critic', 'gpt-5'],
    ['writer', 'a=b'],
  ]);
});

test.each([
  [readMaxIterations, '6', /0 to 5/],
  [readMaxIterations, '1.5', /0 to 5/],
  [readMaxIterations, '', /0 to 5/],
  [readDollars, '0', /above 0/],
  [readDollars, '-1', /above 0/],
  [readDollars, 'much', /above 0/],
  [readTokens, '0', /above 0/],
  [readTokens, '1.5', /whole number/],
  [readOnAgentFailure, 'panic', /continue or fail/],
  [readRoleModel, 'gpt-5', /role=name/],
  [readRoleModel, 'boss=gpt-5', /triager, researcher, writer, critic/],
  [readRoleModel, 'critic=', /role=name/],
])('B5: %o refuses %j and names the valid values', (read, text, message) => {
  const refused = (): unknown => read(text);
  expect(refused).toThrow(CliError);
  expect(refused).toThrow(message);
});
