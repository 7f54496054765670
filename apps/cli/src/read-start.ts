import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type IssueTarget, parseTarget, PUBLIC_GITHUB } from '@runtape/events';
import { existingFolder } from './existing-folder.ts';
import { CliError, exitCode } from './exit-code.ts';

/** What names the thing to comment on, as typed. */
export interface TypedTarget {
  readonly target?: string | undefined;
  readonly issue?: string | undefined;
  readonly repo?: string | undefined;
}

/**
 * Reads the target from the command line.
 * @param cwd where relative paths start.
 * @param webHost where the pages of GitHub are. Default: github.com.
 * @throws CliError (usage) that says what is wrong.
 */
export async function readTarget(
  typed: TypedTarget,
  cwd: string,
  webHost: string = PUBLIC_GITHUB,
): Promise<IssueTarget> {
  const { target, issue, repo } = typed;
  if (target !== undefined && (issue !== undefined || repo !== undefined)) {
    throw usage('Give either a target, or --issue FILE together with --repo DIR, not both.');
  }
  if (target !== undefined) return parse(target, webHost);
  if (issue === undefined || repo === undefined) {
    throw usage(
      'What shall be commented on? Give sample:<name> (--list prints the names), owner/repo#123, or --issue FILE.md --repo DIR.',
    );
  }
  return {
    kind: 'local',
    issue: await readIssue(resolve(cwd, issue)),
    path: await existingFolder(resolve(cwd, repo)),
  };
}

function parse(text: string, webHost: string): IssueTarget {
  const parsed = parseTarget(text, webHost);
  if (!parsed.ok) throw usage(parsed.message);
  return parsed.target;
}

async function readIssue(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliError(exitCode.usage, `The issue could not be read from ${file}. Is it there?`, {
      cause,
    });
  });
  if (text.trim() === '') throw usage(`${file} is empty. Write the issue into it as Markdown.`);
  return text;
}

function usage(message: string): CliError {
  return new CliError(exitCode.usage, message);
}
