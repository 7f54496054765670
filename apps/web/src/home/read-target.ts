import {
  type IssueTarget,
  parseRepository,
  parseTarget,
  PUBLIC_GITHUB,
  type RepositoryTarget,
  repositoryTargetSchema,
} from '@runtape/github-workflows/contract';

/** A target, or a message about what is wrong with it. */
export type Read<Target> =
  | { readonly ok: true; readonly target: Target }
  | { readonly ok: false; readonly message: string };

const FOLDER = /^(?:[/~]|\.{1,2}(?:[/\\]|$)|[A-Za-z]:[\\/]|\\\\)/;
const ABSOLUTE_PATH = /^(?:\/|[A-Za-z]:[\\/]|\\\\)/;

export function isFolder(text: string): boolean {
  return FOLDER.test(text.trim());
}

/**
 * Reads an issue: `owner/repo#12`, its URL, a sample, or a folder with the issue as text.
 * @param samples the names of samples, which may be typed without `sample:`.
 * @param webHost the host of GitHub's pages. Default: github.com.
 */
export function readIssueTarget(
  text: string,
  issue: string,
  samples: readonly string[],
  webHost: string = PUBLIC_GITHUB,
): Read<IssueTarget> {
  const name = text.trim();
  if (isFolder(name)) {
    const path = readFolder(name);
    return path.ok ? { ok: true, target: { ...path.target, issue } } : path;
  }
  return parseTarget(samples.includes(name) ? `sample:${name}` : name, webHost);
}

/**
 * Reads a repository: `owner/repo`, its URL, a folder, or nothing for the samples' code.
 * @param webHost the host of GitHub's pages. Default: github.com.
 */
export function readRepository(
  text: string,
  webHost: string = PUBLIC_GITHUB,
): Read<RepositoryTarget> {
  const name = text.trim();
  if (name === '' || name === 'sample') return { ok: true, target: { kind: 'sample' } };
  if (isFolder(name)) return readFolder(name);
  const parsed = repositoryTargetSchema.safeParse({
    kind: 'github',
    ...parseRepository(name, webHost),
  });
  if (parsed.success) return { ok: true, target: parsed.data };
  return {
    ok: false,
    message: `"${name.slice(0, 80)}" is not a repository. Enter owner/repo, its URL on ${webHost}, or the path of a folder.`,
  };
}

function readFolder(path: string): Read<{ kind: 'local'; path: string }> {
  if (ABSOLUTE_PATH.test(path)) return { ok: true, target: { kind: 'local', path } };
  return {
    ok: false,
    message: 'Enter the full path of the folder on the machine of the server.',
  };
}
