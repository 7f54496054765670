import {
  askRepositoryResultSchema,
  commentOnIssueResultSchema,
} from '@runtape/github-workflows/contract';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServerProcess, temporaryFolder } from '@runtape/e2e';
import { samples } from '@runtape/github-workflows';
import { expect, test } from 'vitest';
import { z } from 'zod';

const JSON_TYPE = { 'content-type': 'application/json' };
const finalSchema = z.object({
  type: z.literal('final'),
  workflowId: z.string(),
  result: askRepositoryResultSchema,
});
const framesIn = (body: string) =>
  body.split('\n\n').flatMap((frame) => {
    const event = /^event: (.*)$/m.exec(frame)?.[1];
    const data = /^data: (.*)$/m.exec(frame)?.[1];
    return event === undefined || data === undefined ? [] : [{ event, data }];
  });

test('D1, B2, E12: a server with default settings answers questions and streams workflows in other formats, compressed', async () => {
  await using folder = await temporaryFolder();
  await using server = await startServerProcess({
    RUNTAPE_DB: join(folder.path, 'db'),
    RUNTAPE_CACHE: join(folder.path, 'cache'),
    DEMO_TOKENS_PER_SECOND: '5000',
  });
  const query = 'How does a reader resume after a lost connection?';
  const asked = await fetch(`${server.url}/api/chat`, {
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify({ query }),
  });
  expect([asked.status, asked.headers.get('content-encoding')]).toEqual([200, 'gzip']);
  const final = finalSchema.parse(await asked.json());
  expect(final.result.answer).not.toBe('');
  expect(final.result.sources.length).toBeGreaterThan(0);

  const again = await fetch(`${server.url}/api/workflows/${final.workflowId}/events?format=chat`);
  const frames = framesIn(await again.text());
  expect(frames.filter(({ event }) => event === 'status').length).toBeGreaterThan(1);
  expect(finalSchema.parse(JSON.parse(frames.at(-1)?.data ?? ''))).toEqual(final);

  const input = { target: { kind: 'sample', name: samples[0]?.name } };
  const started = await fetch(`${server.url}/api/workflows`, {
    method: 'POST',
    headers: JSON_TYPE,
    body: JSON.stringify({ workflow: 'commentOnIssue', input }),
  });
  const location = `${server.url}${started.headers.get('location')}`;
  const stream = await fetch(`${location}/events?format=simple`);
  expect(stream.headers.get('content-encoding')).toBe('gzip');
  const contentSchema = z.object({ data: z.object({ content: z.string() }) });
  const told = framesIn(await stream.text()).map(({ event, data }) => ({
    event,
    content: contentSchema.parse(JSON.parse(data)).data.content,
  }));
  const text = told.flatMap(({ event, content }) => (event === 'llm_response' ? [content] : []));
  expect(told.at(-1)).toEqual({ event: 'complete', content: text.join('') });
  const workflow = await fetch(location);
  const { snapshot } = z
    .object({ snapshot: z.object({ result: commentOnIssueResultSchema }) })
    .parse(await workflow.json());
  expect(snapshot.result.comment).toBe(text.join(''));
});

test('D1 B5: an invalid question gets a 4xx or 5xx status, depending on whose error it is', async () => {
  await using folder = await temporaryFolder();
  await using textless = await temporaryFolder();
  await writeFile(join(textless.path, 'picture.png'), new Uint8Array([0x89, 0x50, 0, 0, 1, 2]));
  await using server = await startServerProcess({
    RUNTAPE_DB: join(folder.path, 'db'),
    RUNTAPE_CACHE: join(folder.path, 'cache'),
  });
  const asked = async (path: string) => {
    const response = await fetch(`${server.url}/api/chat`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: JSON.stringify({ query: 'Why?', target: { kind: 'local', path } }),
    });
    const { error } = z
      .object({ error: z.object({ code: z.string(), docs: z.string() }) })
      .parse(await response.json());
    const explained = await fetch(new URL(error.docs, server.url));
    expect(await explained.text()).toContain(`<h1><code>${error.code}</code></h1>`);
    return [response.status, error.code];
  };
  expect(await asked(textless.path)).toEqual([422, 'repository_without_text']);
  expect(await asked(join(textless.path, 'nowhere'))).toEqual([404, 'folder_not_found']);
});
