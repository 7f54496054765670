import {
  createCalls,
  createRuntapeClient,
  type RuntapeClient,
  type RuntapeClientOptions,
} from '@runtape/client';
import type { GithubCalls, GithubOperations } from '../contract/operations.ts';
import { githubProcedures } from '../contract/procedures.ts';

/** A client of a server with the plugin: the methods of every client, and those for GitHub. */
export interface GithubClient extends RuntapeClient, GithubCalls {}

/**
 * Creates a client of a server with the plugin.
 * @throws TypeError when `url` is not a URL.
 */
export function createGithubClient(options: RuntapeClientOptions): GithubClient {
  const client = createRuntapeClient(options);
  return { ...client, ...createCalls<GithubOperations>(client.trpc, githubProcedures) };
}
