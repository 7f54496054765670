import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serveErrorPages } from '../src/serve-error-pages.ts';

const files = readdirSync(join(import.meta.dirname, '../../../docs/errors'));

test('B5: every error code has a readable page that runs no script', async () => {
  const pages = serveErrorPages();
  expect(files.length).toBeGreaterThan(50);
  for (const file of files) {
    const answer = await pages.request(`/${file}`);
    expect([file, answer.status]).toEqual([file, 200]);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await answer.text();
    expect(page).toContain(`<h1><code>${file.replace('.md', '')}</code></h1>`);
    expect(page).toContain('<strong>What to do.</strong>');
    expect(page).toContain('<a href="../../">Runtape</a>');
    expect(page).not.toMatch(/<script|<style| style=|(?:src|href)="(?:https?:)?\/\//);
  }
});

test('B5: an unknown code gets a page that explains this', async () => {
  const answer = await serveErrorPages().request('/my_own_code.md');
  expect(answer.status).toBe(404);
  expect(await answer.text()).toContain('There is no page about this code.');
});

test.each([
  '/..%2Fprotocol.md',
  '/%2e%2e/%2e%2e/README.md',
  '/cancelled.txt',
  '/CANCELLED.md',
  '/',
])('A11: no other file is read: %s', async (path) => {
  const answer = await serveErrorPages().request(path);
  expect([answer.status, await answer.text()]).toEqual([404, '404 Not Found']);
});
