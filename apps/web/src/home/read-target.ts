import {
  type IssueTarget,
  parseTarget,
  type RepositoryTarget,
  repositoryTargetSchema,
} from '@runtape/events';

/** What was typed, read; or a sentence that says what is wrong with it. */
export type Read<Target> =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly message: string };

const FOLDER = /^(?:[/~]|\.{1,2}(?:[/\\]|$)|[A-Za-z]:[\\/]|\\\\)/;
const WHOLE_PATH = /^(?:\/|[A-Za-z]:[\\/]|\\\\)/;
const GITHUB = /^(?:https?:\/\/[^/\s]+\/)?([^/\s#]+)\/([^/\s#]+?)(?:\.git)?(?:[/#?]\S*)?$/;

/** Tells whether somebody types the path of a folder. */
export function isFolder(text: string): boolean {
  return FOLDER.test(text.trim());
}

/**
 * An issue: `owner/repo#12`, the URL of one, a sample, or a folder with the issue as text.
 * @param samples their names: a sample need not be written `sample:name` here.
 */
export function readIssueTarget(
  text: string,
  issue: string,
  samples: readonly string[],
): Read<IssueTarget> {
  const name = text.trim();
  if (isFolder(name)) {
    const path = readFolder(name);
    return path.ok ? { ok: true, target: { ...path.target, issue } } : path;
  }
  return parseTarget(samples.includes(name) ? `sample:${name}` : name);
}

/** A repository: `owner/repo`, its URL, a folder, or nothing for the code of the samples. */
export function readRepository(text: string): Read<RepositoryTarget> {
  const name = text.trim();
  if (name === '' || name === 'sample') return { ok: true, target: { kind: 'sample' } };
  if (isFolder(name)) return readFolder(name);
  const [, owner, repo] = GITHUB.exec(name) ?? [];
  const parsed = repositoryTargetSchema.safeParse({ kind: 'github', owner, repo });
  if (parsed.success) return { ok: true, target: parsed.data };
  return {
    ok: false,
    message: `"${name.slice(0, 80)}" is no repository. Write owner/repo, its URL, or the path of a folder.`,
  };
}

function readFolder(path: string): Read<{ kind: 'local'; path: string }> {
  if (WHOLE_PATH.test(path)) return { ok: true, target: { kind: 'local', path } };
  return {
    ok: false,
    message: 'Write the whole path of the folder, as it is on the machine of the server.',
  };
}
