import { parseTarget, type StartComment } from '@runtape/events';

export const sources = { named: 'GitHub or a sample', local: 'A folder of mine' } as const;

/** What a person fills in to start a workflow. */
export interface Draft {
  readonly source: keyof typeof sources;
  readonly target: string;
  readonly post: boolean;
  readonly issue: string;
  readonly path: string;
}

export const emptyDraft: Draft = { source: 'named', target: '', post: false, issue: '', path: '' };

/**
 * What to start, or a sentence that says what is missing.
 * @param samples their names: a sample need not be written `sample:name` here.
 */
export function readDraft(
  { source, target, post, issue, path }: Draft,
  samples: readonly string[] = [],
): StartComment | string {
  if (source === 'named') {
    if (target.trim() === '') return 'Name an issue first, or choose one of the samples below.';
    const name = target.trim();
    const parsed = parseTarget(samples.includes(name) ? `sample:${name}` : name);
    return parsed.ok
      ? { target: parsed.target, post: post && parsed.target.kind === 'github' }
      : parsed.message;
  }
  if (issue.trim() === '') return 'Paste the issue first.';
  if (path.trim() === '') return 'Name the folder with the code.';
  return { target: { kind: 'local', issue, path: path.trim() } };
}
