import { describe, expect, test } from 'vitest';
import { titleOf } from '../src/server/check-target.ts';

const sample = { name: 'doubled', title: 'Tokens arrive twice', summary: 'A bug.', issue: '' };
const local = (issue: string) => titleOf({ kind: 'local', issue, path: '/code' }, undefined);

describe('the title of a comment whose issue has not been read', () => {
  test('is the title of the sample', () => {
    expect(titleOf({ kind: 'sample', name: 'doubled' }, sample)).toBe('Tokens arrive twice');
  });

  test('is owner/repo#number for an issue on GitHub', () => {
    const target = { kind: 'github', owner: 'acme', repo: 'site', issueNumber: 7 } as const;
    expect(titleOf(target, undefined)).toBe('acme/site#7');
  });

  test('is the first heading or line of a pasted issue', () => {
    expect(local('\n\n## Tokens arrive twice \r\nbody')).toBe('Tokens arrive twice');
    expect(local('It breaks.\n# Later heading')).toBe('It breaks.');
    expect(local('#12 is not a heading')).toBe('#12 is not a heading');
  });

  test('is cut without breaking an emoji', () => {
    expect(local('😀'.repeat(300))).toBe('😀'.repeat(200));
  });
});
