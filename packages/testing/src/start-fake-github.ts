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
  /** Whom the token belongs to. Default: `runtape-tester`. */
  readonly login?: string;
  /** The one token that is good. Default: `good-token`. */
  readonly token?: string;
}

/** A GitHub on loopback. Disposing it closes it. */
export interface FakeGitHub extends AsyncDisposable {
  /** For `apiUrl`. */
  readonly url: string;
  readonly token: string;
  readonly login: string;
  /** Every request, oldest first, redirects included. */
  readonly requests: readonly FakeRequest[];
  /** The comments of an issue as they stand, those it was made with first. */
  comments(target: { owner: string; repo: string; issueNumber: number }): readonly FakeComment[];
  /** Prepares answers for the next requests that match, one each. */
  answer(match: Match, ...answers: readonly Scripted[]): void;
  /**
   * As `answer`, but what was asked for is done all the same: the answer gets lost, not the
   * request.
   */
  answerAfter(match: Match, ...answers: readonly Scripted[]): void;
  /**
   * Lets the next request that matches wait for its answer, which it does not get before `until`;
   * what it asked for is done.
   */
  holdAfter(match: Match, until: Promise<void>): void;
  close(): Promise<void>;
}

/** Starts a server that speaks as much of GitHub's REST wire format as the workflows use. */
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
