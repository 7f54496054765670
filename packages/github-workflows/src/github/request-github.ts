import { untilAborted } from '@runtape/async';
import { FatalError } from '@runtape/engine';
import type { z } from 'zod';
import type { GitHub } from './github-client.ts';
import { githubFailure, type RequestDescription } from './github-failure.ts';

const TIMEOUT_MS = 30_000;

export interface GitHubRequest<T> extends RequestDescription {
  readonly signal: AbortSignal;
  /** In ms. Default: 30 seconds. */
  readonly timeoutMs?: number;
  readonly answer: z.ZodType<T>;
  /** Hands the options to octokit's request. */
  readonly send: (request: { signal: AbortSignal }) => Promise<{ data: unknown }>;
}

/**
 * Sends a request to GitHub and checks the answer.
 * @throws the signal's reason once it aborts, even while octokit waits before a retry; otherwise a
 *    `FatalError` or `RetryableError`.
 */
export async function requestGitHub<T>(github: GitHub, question: GitHubRequest<T>): Promise<T> {
  const { signal, timeoutMs = TIMEOUT_MS } = question;
  signal.throwIfAborted();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  // Octokit retries failed requests, even aborted ones, unless they fail with a plain AbortError.
  const transport = new AbortController();
  try {
    const { data } = await untilAborted(question.send({ signal: transport.signal }), limit);
    return question.answer.parse(data);
  } catch (error) {
    transport.abort();
    signal.throwIfAborted();
    // A `FatalError` was thrown before a request reached GitHub.
    if (error instanceof FatalError) throw error;
    throw githubFailure(error, question, github);
  }
}
