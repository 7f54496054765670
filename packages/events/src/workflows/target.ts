import { z } from 'zod';

const MAX_LOCAL_ISSUE_CHARS = 200_000;
const owner = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/, 'That is not the name of a GitHub owner.');
const repo = z
  .string()
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, 'That is not the name of a GitHub repository.');
/** The folder with the code, as an absolute path on the server's machine. */
const path = z.string().min(1, 'Name the folder with the code.');
const sample = z.object({ kind: z.literal('sample'), name: z.string().min(1).max(100) });

export const githubIssueSchema = z.object({
  kind: z.literal('github'),
  owner,
  repo,
  issueNumber: z.int().positive(),
});

export const issueTargetSchema = z.discriminatedUnion('kind', [
  sample,
  githubIssueSchema,
  z.object({
    kind: z.literal('local'),
    /** The issue as Markdown; its first heading or line is the title. */
    issue: z.string().trim().min(1, 'The issue is empty.').max(MAX_LOCAL_ISSUE_CHARS),
    path,
  }),
]);

/** An issue, and the code it is about. */
export type IssueTarget = z.infer<typeof issueTargetSchema>;

export const repositoryTargetSchema = z.discriminatedUnion('kind', [
  /** The code that the samples are about: Runtape's own. */
  z.object({ kind: z.literal('sample') }),
  z.object({ kind: z.literal('github'), owner, repo }),
  z.object({ kind: z.literal('local'), path }),
]);

/** A repository to ask about. */
export type RepositoryTarget = z.infer<typeof repositoryTargetSchema>;

export const sourceSchema = z.object({
  path: z.string(),
  /** First and last line that were read, from 1. */
  lines: z.tuple([z.int().positive(), z.int().positive()]),
});

/** A stretch of a file that a workflow read, or cites. */
export type Source = z.infer<typeof sourceSchema>;
