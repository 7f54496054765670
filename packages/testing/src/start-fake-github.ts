import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './fake-github/app.ts';
import type {
  FakeComment,
  FakeRepository,
  FakeRequest,
  StoredIssue,
  StoredRepository,
} from './fake-github/records.ts';
import { type Match, Script, type Scripted } from './fake-github/script.ts';

export interface FakeGitHubOptions {
  readonly repositories?: readonly FakeRepository[];
  /** The user who owns the token. Default: `runtape-tester`. */
  readonly login?: string;
  /** The only valid token. Default: `good-token`. */
  readonly token?: string;
}

/** A fake GitHub server on loopback. Disposing it closes it. */
export interface FakeGitHub extends AsyncDisposable {
  /** The base URL, to be passed as `apiUrl`. */
  readonly url: string;
  readonly token: string;
  readonly login: string;
  /** All requests, oldest first, including redirected ones. */
  readonly requests: readonly FakeRequest[];
  /** Returns the current comments of an issue, the initial ones first. */
  comments(target: { owner: string; repo: string; issueNumber: number }): readonly FakeComment[];
  /** Scripts the responses to the next matching requests, one response per request. */
  answer(match: Match, ...answers: readonly Scripted[]): void;
  /** Like `answer`, but the requests are still executed: only their own responses are lost. */
  answerAfter(match: Match, ...answers: readonly Scripted[]): void;
  /**
   * Delays the response to the next matching request until `until` resolves; the request is
   * executed.
   */
  holdAfter(match: Match, until: Promise<void>): void;
  close(): Promise<void>;
}

/** Starts a server with the part of GitHub's REST API that the workflows use. */
export async function startFakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const { login = 'runtape-tester', token = 'good-token' } = options;
  const requests: FakeRequest[] = [];
  const script = new Script();
  let lastId = 1000;
  const newComment = (issueUrl: string, author: string, body: string): FakeComment => {
    lastId += 1;
    return { id: lastId, issueUrl, author, body, versions: [body] };
  };
  const repositories = new Map(
    (options.repositories ?? []).map((repository) => [
      `${repository.owner}/${repository.repo}`.toLowerCase(),
      store(repository, newComment),
    ]),
  );

  const app = createApp({ login, token, repositories, script, requests, newComment });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');

  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    token,
    login,
    requests,
    comments: ({ owner, repo, issueNumber }) =>
      repositories.get(`${owner}/${repo}`.toLowerCase())?.issues.get(issueNumber)?.comments ?? [],
    answer: (match, ...answers) => script.add(match, 'instead', answers),
    answerAfter: (match, ...answers) => script.add(match, 'after', answers),
    holdAfter: (match, until) => script.hold(match, until),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function store(
  repository: FakeRepository,
  newComment: (issueUrl: string, author: string, body: string) => FakeComment,
): StoredRepository {
  const name = `${repository.owner}/${repository.repo}`;
  const issues = (repository.issues ?? []).map((issue): [number, StoredIssue] => {
    const kind = issue.pullRequest === undefined ? 'issues' : 'pull';
    const url = `https://github.com/${name}/${kind}/${issue.number}`;
    const comments = (issue.comments ?? []).map(({ author = 'someone', body }) =>
      newComment(url, author, body),
    );
    return [issue.number, { url, issue, comments }];
  });
  return {
    repository,
    commit: repository.commit ?? createHash('sha1').update(name).digest('hex'),
    issues: new Map(issues),
  };
}
