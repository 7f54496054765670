import { issueTargetSchema, parseTarget } from '../src/contract/index.ts';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { samples } from '../src/index.ts';
import { issueFromMarkdown } from '../src/target/folder-target.ts';
import { SharedRepositories } from '../src/repository/shared-repositories.ts';
import { ToolBox } from '../src/tools/tool-box.ts';

test('A6: there are four samples, and each can be named as a target', () => {
  expect(samples).toHaveLength(4);
  for (const { name } of samples) {
    const target = { kind: 'sample', name };
    expect(issueTargetSchema.parse(target)).toEqual(target);
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

test.each(samples)(
  'A6: every identifier that sample $name mentions exists in this repository',
  async ({ issue }) => {
    const { signal } = new AbortController();
    const root = join(import.meta.dirname, '../../..');
    const repository = await new SharedRepositories().open(root, signal);
    const names = [...issue.matchAll(/`([a-z]+[A-Z]\w*|[a-z-]+\.ts)`/g)].map(
      ([, name]) => name ?? '',
    );
    expect(names).not.toEqual([]);
    const isSource = (path: string): boolean => /^packages\/[\w-]+\/src\//.test(path);
    for (const name of names) {
      const { output } = await new ToolBox().call(
        name.endsWith('.ts') ? 'list_files' : 'search_text',
        name.endsWith('.ts') ? { glob: name } : { query: name, glob: 'packages' },
        { repository, signal },
      );
      expect({ name, found: output.split('\n').some(isSource) }).toEqual({ name, found: true });
    }
  },
);
