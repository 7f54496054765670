import type { Attack } from '../attack.ts';
import { count, start } from '../send.ts';
import { waitForEnd } from '../wait-for-end.ts';

const LENGTH = 100_000;

/** Issues on which a backtracking regular expression never ends. */
export const hostileHeading: Attack = {
  name: 'hostile-heading',
  summary: 'pasted issues with headings, fences and brackets that never end',
  attack: async (attacked) => {
    const issues = [
      `# a${' '.repeat(LENGTH)}b`,
      `#${'\t'.repeat(LENGTH)}b`,
      '#'.repeat(LENGTH),
      `# ${'# '.repeat(LENGTH / 2)}b`,
      '`'.repeat(LENGTH),
      '```\n'.repeat(LENGTH / 4),
      '<untrusted'.repeat(LENGTH / 10),
      '['.repeat(LENGTH),
      `${'a.'.repeat(LENGTH / 2)}ts`,
      ' \n'.repeat(LENGTH / 2),
    ];
    const ids = await Promise.all(
      issues.map((issue) =>
        start(attacked, 'commentOnIssue', {
          target: { kind: 'local', path: attacked.folder, issue },
        }),
      ),
    );
    return count(await Promise.all(ids.map((id) => waitForEnd(attacked, id))));
  },
};
