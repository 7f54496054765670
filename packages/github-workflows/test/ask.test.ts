import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { requestGitHub } from '../src/github/request-github.ts';
import { createGitHub } from '../src/github/github-client.ts';
import { startEndpoint } from './endpoint.ts';

const { signal } = new AbortController();

test('F4: an abort ends a request to GitHub immediately, with its reason, and closes the connection', async () => {
  const { promise: requested, resolve } = Promise.withResolvers<ServerResponse>();
  await using endpoint = await startEndpoint(resolve);
  const github = createGitHub({ apiUrl: endpoint.url }, Date.now);
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  const answer = requestGitHub(github, {
    about: 'anything',
    signal: cancel.signal,
    answer: z.unknown(),
    send: (request) => github.octokit.rest.users.getAuthenticated({ request }),
  });
  const response = await requested;
  const hungUp = once(response, 'close');
  cancel.abort(reason);
  await expect(answer).rejects.toBe(reason);
  await hungUp;
});

test('F4: an abort ends the wait even while octokit pauses before a retry and ignores the signal', async () => {
  const github = createGitHub({}, Date.now);
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  const answer = requestGitHub(github, {
    about: 'anything',
    signal: cancel.signal,
    answer: z.unknown(),
    send: () => Promise.withResolvers<{ data: unknown }>().promise,
  });
  cancel.abort(reason);
  await expect(answer).rejects.toBe(reason);
});

test('A6: a timeout of GitHub may be retried', async () => {
  await using endpoint = await startEndpoint(() => undefined);
  const github = createGitHub({ apiUrl: endpoint.url }, Date.now);
  const answer = requestGitHub(github, {
    about: 'the weather',
    signal,
    timeoutMs: 50,
    answer: z.unknown(),
    send: (request) => github.octokit.rest.users.getAuthenticated({ request }),
  });
  await expect(answer).rejects.toMatchObject({
    name: 'RetryableError',
    code: 'github_unavailable',
    message: expect.stringContaining('the weather'),
  });
});

test('A6: a response that does not come from GitHub is a failure that names the setting', async () => {
  await using endpoint = await startEndpoint((response) => {
    response.end('<html>Hello</html>');
  });
  const github = createGitHub({ apiUrl: `${endpoint.url}/` }, Date.now);
  const answer = requestGitHub(github, {
    about: 'the weather',
    signal,
    answer: z.object({ login: z.string() }),
    send: (request) => github.octokit.rest.users.getAuthenticated({ request }),
  });
  await expect(answer).rejects.toMatchObject({
    code: 'github_unavailable',
    message: expect.stringContaining('GITHUB_API_URL'),
  });
});
