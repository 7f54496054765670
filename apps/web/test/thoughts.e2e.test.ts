import { once } from 'node:events';
import { createServer } from 'node:http';
import { launchBrowser, type ProgramEnv } from '@runtape/e2e';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  badge,
  draft,
  openServer,
  seriousProblems,
  startSample,
  tabTo,
  visit,
} from './open-page.ts';

const THOUGHT = 'Hm, this must be the cache. @somebody <b>knows</b>.';
const COMMENT = 'The cache is never emptied.';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
});

afterAll(() => browser.close());

test.each(['light', 'dark'] as const)(
  'K3: thoughts are folded, are unfolded by keyboard, and are neither copied nor part of the draft: %s, on a phone',
  async (colorScheme) => {
    await using model = await startThinkingModel();
    await using server = await openServer(model.env);
    await using at = await visit(browser, { colorScheme, viewport: { width: 390, height: 844 } });
    const { page } = at;
    await at.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await startSample(page, server.url);
    await badge(page, 'Completed').waitFor();
    await draft(page).getByText(COMMENT).waitFor();
    const thought = page.getByText(THOUGHT).first();
    expect(await thought.isVisible()).toBe(false);

    await tabTo(page, 'Thoughts · 1');
    await page.keyboard.press('Enter');
    await thought.waitFor({ state: 'visible' });
    expect(await seriousProblems(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await thought.waitFor({ state: 'hidden' });

    await page.getByRole('button', { name: 'Copy', exact: true }).first().click();
    await page.getByText('Copied').first().waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain(COMMENT);
    expect(copied).not.toContain('Hm, this');

    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const text = await page.getByRole('dialog').getByLabel('Comment as Markdown').inputValue();
    expect(text).toContain(COMMENT);
    expect(text).not.toContain('Hm, this');
    expect(at.warnings).toEqual([]);
  },
);

/** An endpoint that sends its thoughts in a separate field, then answers. */
async function startThinkingModel(): Promise<AsyncDisposable & { readonly env: ProgramEnv }> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const deltas = [{ role: 'assistant', reasoning_content: THOUGHT }, { content: COMMENT }];
    for (const delta of deltas) response.write(chunk(delta, null));
    response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    env: {
      OPENAI_BASE_URL: `http://127.0.0.1:${address.port}/v1`,
      OPENAI_API_KEY: 'key-of-the-test',
      OPENAI_MODEL: 'thinking',
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function chunk(delta: object, reason: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: reason }];
  const data = { id: 'a', object: 'chat.completion.chunk', created: 0, model: 'thinking', choices };
  return `data: ${JSON.stringify(data)}\n\n`;
}
