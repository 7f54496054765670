import { z } from 'zod';
import { exactObject } from '@runtape/events';

const MAX_LOCAL_ISSUE_CHARS = 200_000;
const owner = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/, 'That is not the name of a GitHub owner.');
const repo = z
  .string()
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, 'That is not the name of a GitHub repository.');
/** The folder with the code, as an absolute path on the server's machine. */
const path = z.string().min(1, 'Name the folder with the code.');
const sampleIssue = { kind: z.literal('sample'), name: z.string().min(1).max(100) };
const githubIssue = { kind: z.literal('github'), owner, repo, issueNumber: z.int().positive() };
const localIssue = {
  kind: z.literal('local'),
  /** The issue as Markdown; its first heading or line is the title. */
  issue: z.string().trim().min(1, 'The issue is empty.').max(MAX_LOCAL_ISSUE_CHARS),
  path,
};

export const githubIssueSchema = z.object(githubIssue);

export const issueTargetSchema = z.discriminatedUnion('kind', [
  z.object(sampleIssue),
  githubIssueSchema,
  z.object(localIssue),
]);

/** The strict version of the schema, for input from clients. */
export const givenIssueTargetSchema = z.discriminatedUnion('kind', [
  exactObject(sampleIssue),
  exactObject(githubIssue),
  exactObject(localIssue),
]);

/** An issue and the code that it is about. */
export type IssueTarget = z.infer<typeof issueTargetSchema>;

/** The code that the samples are about: Runtape itself. */
const sampleRepository = { kind: z.literal('sample') };
const githubRepository = { kind: z.literal('github'), owner, repo };
const localRepository = { kind: z.literal('local'), path };

export const repositoryTargetSchema = z.discriminatedUnion('kind', [
  z.object(sampleRepository),
  z.object(githubRepository),
  z.object(localRepository),
]);

/** The strict version of the schema, for input from clients. */
export const givenRepositoryTargetSchema = z.discriminatedUnion('kind', [
  exactObject(sampleRepository),
  exactObject(githubRepository),
  exactObject(localRepository),
]);

/** A repository to ask about. */
export type RepositoryTarget = z.infer<typeof repositoryTargetSchema>;

export const sourceSchema = z.object({
  path: z.string(),
  /** The first and last line, counted from 1. */
  lines: z.tuple([z.int().positive(), z.int().positive()]),
});

/** A range of lines that a workflow read or cites. */
export type Source = z.infer<typeof sourceSchema>;
