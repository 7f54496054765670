import { commentTargetSchema, parseTarget } from '@runtape/events';
import { expect, test } from 'vitest';
import { samples } from '../src/index.ts';
import { issueFromMarkdown } from '../src/issue/issue-from-markdown.ts';

test('A6: there are four samples, and each can be named as a target', () => {
  expect(samples).toHaveLength(4);
  for (const { name } of samples) {
    const target = { kind: 'sample', name };
    expect(commentTargetSchema.parse(target)).toEqual(target);
    expect(parseTarget(`sample:${name}`)).toEqual({ ok: true, target });
  }
});

test.each(samples)('A6: the sample $name has a title, a summary and an issue', (sample) => {
  expect(sample.summary).toMatch(/^[A-Z].{20,160}[.?]$/);
  const issue = issueFromMarkdown(sample.issue);
  expect(issue.title).toBe(sample.title);
  expect(issue.body.length).toBeGreaterThan(500);
  expect(sample.issue).not.toContain('<!--');
});
