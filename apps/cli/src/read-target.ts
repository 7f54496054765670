import {
  githubWebHost,
  type IssueTarget,
  parseTarget,
  PUBLIC_GITHUB,
} from '@runtape/github-workflows/contract';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { usageError } from './exit-code.ts';

/** The target to comment on, as typed by the user. */
export interface TypedTarget {
  readonly target?: string | undefined;
  readonly issue?: string | undefined;
  readonly repo?: string | undefined;
}

/**
 * Parses the target from the command line.
 * @param cwd the folder for relative paths.
 * @param webHost the host of GitHub's pages. Default: github.com.
 * @throws CliError (usage).
 */
export async function readTarget(
  { target, issue, repo }: TypedTarget,
  cwd: string,
  webHost: string = PUBLIC_GITHUB,
): Promise<IssueTarget> {
  if (target !== undefined && (issue !== undefined || repo !== undefined)) {
    throw usageError('Give either a target, or --issue FILE together with --repo DIR, not both.');
  }
  if (target !== undefined) {
    const parsed = parseTarget(target, webHost);
    if (!parsed.ok) throw usageError(parsed.message);
    return parsed.target;
  }
  if (issue === undefined || repo === undefined) {
    throw usageError(
      'Name an issue: sample:<name> (--list prints the names), owner/repo#123, or --issue FILE.md --repo DIR.',
    );
  }
  return {
    kind: 'local',
    issue: await readIssue(resolve(cwd, issue)),
    path: await existingFolder(resolve(cwd, repo)),
  };
}

async function readIssue(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw usageError(`The issue could not be read from ${file}. Check the path.`, cause);
  });
  if (text.trim() === '') {
    throw usageError(`${file} is empty. Write the issue into it as Markdown.`);
  }
  return text;
}

/** @throws CliError (usage) when the path is not a folder. */
export async function existingFolder(path: string): Promise<string> {
  const stats = await stat(path).catch(() => null);
  if (stats?.isDirectory() === true) return path;
  throw usageError(`There is no folder ${path}. --repo names the folder with the code.`);
}

/** Returns the host of GitHub's pages. The server rejects an invalid `GITHUB_API_URL`. */
export function githubHost(env: Readonly<Record<string, string | undefined>>): string {
  const apiUrl = env['GITHUB_API_URL'] ?? '';
  return URL.canParse(apiUrl) ? githubWebHost(apiUrl) : PUBLIC_GITHUB;
}
