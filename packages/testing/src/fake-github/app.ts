import { type Context, Hono } from 'hono';
import { makeArchive } from './archive.ts';
import {
  commentJson,
  type FakeComment,
  type FakeRequest,
  issueJson,
  repositoryJson,
  type StoredIssue,
  type StoredRepository,
} from './records.ts';
import type { Script } from './script.ts';

export interface AppState {
  readonly login: string;
  readonly token: string;
  readonly repositories: ReadonlyMap<string, StoredRepository>;
  readonly script: Script;
  readonly requests: FakeRequest[];
  newComment(issueUrl: string, author: string, body: string): FakeComment;
}

/** Creates an app with the part of GitHub's REST API that commenting on an issue needs. */
export function createApp(state: AppState): Hono {
  const app = new Hono();

  app.use(async (c, next) => {
    await next();
    const { pathname: path, search: query } = new URL(c.req.url);
    const authorization = c.req.header('authorization') ?? null;
    state.requests.push({ method: c.req.method, path, query, authorization, status: c.res.status });
  });
  app.use(async (c, next) => {
    c.header('x-ratelimit-limit', '5000');
    c.header('x-ratelimit-remaining', '4999');
    c.header('x-ratelimit-reset', String(Math.ceil(Date.now() / 1000) + 3600));
    c.header('x-ratelimit-resource', 'core');
    const instead = state.script.take(c.req.method, c.req.path, 'instead');
    if (instead !== undefined) return refuse(c, instead.status, instead.message, instead.headers);
    if (c.req.header('authorization') !== undefined && !hasToken(c)) {
      return refuse(c, 401, 'Bad credentials');
    }
    await next();
    await state.script.pass(c.req.method, c.req.path);
    const after = state.script.take(c.req.method, c.req.path, 'after');
    if (after !== undefined) c.res = refuse(c, after.status, after.message, after.headers);
  });
  app.notFound((c) => refuse(c, 404, 'Not Found'));

  app.get('/user', (c) =>
    hasToken(c) ? c.json({ login: state.login, id: 1 }) : refuse(c, 401, 'Requires authentication'),
  );

  app.get('/repos/:owner/:repo', (c) => {
    const stored = repository(c);
    return stored === undefined ? refuse(c, 404, 'Not Found') : c.json(repositoryJson(stored));
  });

  app.get('/repos/:owner/:repo/commits/:ref', (c) => {
    const stored = repository(c);
    if (stored === undefined) return refuse(c, 404, 'Not Found');
    if (stored.repository.empty === true) return refuse(c, 409, 'Git Repository is empty.');
    // The full commit includes its diff; clients that need only the id request this format.
    return c.req.header('accept')?.includes('sha') === true
      ? c.body(stored.commit, 200, { 'content-type': 'application/vnd.github.sha; charset=utf-8' })
      : c.json({ sha: stored.commit, files: [] });
  });

  app.get('/repos/:owner/:repo/tarball/:ref', (c) => {
    const stored = repository(c);
    if (stored === undefined) return refuse(c, 404, 'Not Found');
    const { owner, repo } = stored.repository;
    return c.redirect(
      `${new URL(c.req.url).origin}/codeload/${owner}/${repo}/${stored.commit}`,
      302,
    );
  });

  app.get('/codeload/:owner/:repo/:commit', (c) => {
    const stored = repository(c);
    if (stored === undefined) return refuse(c, 404, 'Not Found');
    return c.body(new Uint8Array(archiveOf(stored)), 200, { 'content-type': 'application/x-gzip' });
  });

  app.get('/repos/:owner/:repo/issues/:number', (c) => {
    const found = issue(c);
    if (found === undefined) return refuse(c, 404, 'Not Found');
    if (found.issue.deleted === true) return refuse(c, 410, 'This issue was deleted');
    return moved(c, found) ?? c.json(issueJson(found));
  });

  app.get('/repos/:owner/:repo/pulls/:number', (c) => {
    const found = issue(c);
    const diff = found?.issue.pullRequest?.diff;
    if (found === undefined || diff === undefined) return refuse(c, 404, 'Not Found');
    if (c.req.header('accept')?.includes('diff') !== true) return c.json(issueJson(found));
    if (diff === null)
      return refuse(c, 406, 'Sorry, the diff exceeded the maximum number of files');
    return c.body(diff, 200, { 'content-type': 'application/vnd.github.diff; charset=utf-8' });
  });

  app.get('/repos/:owner/:repo/issues/:number/comments', (c) => {
    const found = issue(c);
    if (found === undefined) return refuse(c, 404, 'Not Found');
    const elsewhere = moved(c, found, '/comments');
    if (elsewhere !== undefined) return elsewhere;
    const perPage = Number(c.req.query('per_page') ?? 30);
    const page = Number(c.req.query('page') ?? 1);
    const last = Math.max(1, Math.ceil(found.comments.length / perPage));
    const link = (to: number, rel: string): string => {
      const url = new URL(c.req.url);
      url.searchParams.set('page', String(to));
      return `<${url.href}>; rel="${rel}"`;
    };
    if (page < last) c.header('link', [link(page + 1, 'next'), link(last, 'last')].join(', '));
    const shown = found.comments.slice((page - 1) * perPage, page * perPage);
    return c.json(shown.map(commentJson));
  });

  app.post('/repos/:owner/:repo/issues/:number/comments', async (c) => {
    const found = issue(c);
    if (found === undefined) return refuse(c, 404, 'Not Found');
    if (!hasToken(c)) return refuse(c, 401, 'Requires authentication');
    const elsewhere = moved(c, found, '/comments');
    if (elsewhere !== undefined) return elsewhere;
    if (found.issue.locked === true)
      return refuse(c, 403, 'Unable to create comment: issue locked');
    const body = await bodyText(c);
    const comment = state.newComment(found.url, state.login, body);
    found.comments.push(comment);
    return c.json(commentJson(comment), 201);
  });

  app.patch('/repos/:owner/:repo/issues/comments/:id', async (c) => {
    const stored = repository(c);
    if (!hasToken(c)) return refuse(c, 401, 'Requires authentication');
    const comment = [...(stored?.issues.values() ?? [])]
      .flatMap(({ comments }) => comments)
      .find(({ id }) => id === Number(c.req.param('id')));
    if (comment === undefined) return refuse(c, 404, 'Not Found');
    comment.body = await bodyText(c);
    comment.versions.push(comment.body);
    return c.json(commentJson(comment));
  });

  const hasToken = (c: Context): boolean =>
    [`token ${state.token}`, `bearer ${state.token}`].includes(
      (c.req.header('authorization') ?? '').replace(/^\w+/, (word) => word.toLowerCase()),
    );

  const repository = (c: Context): StoredRepository | undefined => {
    const name = `${c.req.param('owner')}/${c.req.param('repo')}`.toLowerCase();
    const stored = state.repositories.get(name);
    return stored?.repository.private === true && !hasToken(c) ? undefined : stored;
  };

  const issue = (c: Context): StoredIssue | undefined =>
    repository(c)?.issues.get(Number(c.req.param('number')));

  return app;
}

/** GitHub redirects with 301 for every method, so a write request becomes a read request. */
function moved(c: Context, { issue: { movedTo } }: StoredIssue, rest = ''): Response | undefined {
  if (movedTo === undefined) return undefined;
  const [repository = '', number = ''] = movedTo.split('#');
  const { origin, search } = new URL(c.req.url);
  return c.redirect(`${origin}/repos/${repository}/issues/${number}${rest}${search}`, 301);
}

function refuse(
  c: Context,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  c.header('content-type', 'application/json; charset=utf-8');
  const docs = { documentation_url: 'https://docs.github.com/rest', status: String(status) };
  return new Response(JSON.stringify({ message, ...docs }), { status, headers: c.res.headers });
}

async function bodyText(c: Context): Promise<string> {
  const sent: unknown = await c.req.json();
  const body = typeof sent === 'object' && sent !== null && 'body' in sent ? sent.body : '';
  return String(body);
}

function archiveOf({ repository, commit }: StoredRepository): Buffer {
  const top = `${repository.owner}-${repository.repo}-${commit.slice(0, 7)}`;
  const files = Object.entries(repository.files ?? {}).map(([path, content]) => ({
    path: `${top}/${path}`,
    content,
  }));
  return makeArchive(
    repository.rawEntries ?? [{ path: `${top}/`, type: 'Directory' as const }, ...files],
    commit,
  );
}
