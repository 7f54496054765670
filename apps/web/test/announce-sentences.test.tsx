import { act, type ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AnnounceSentences } from '../src/workflow/announce-sentences.tsx';
import { render, type Rendered } from './render.tsx';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const growing = (text: string): ReactNode => <AnnounceSentences text={text} grows />;

function announced({ container }: Rendered): string | undefined {
  return container.querySelector('[aria-live=polite]')?.textContent;
}

function twoSeconds(): Promise<void> {
  return act(async () => {
    vi.advanceTimersByTime(2000);
  });
}

test('E8: live text is announced sentence by sentence, each sentence once', async () => {
  await using at = await render(growing(''));
  await at.show(growing('The first sentence. The sec'));
  expect(announced(at)).toBe('');
  await twoSeconds();
  expect(announced(at)).toBe('The first sentence.');
  await at.show(growing('The first sentence. The second one! And'));
  await twoSeconds();
  expect(announced(at)?.trim()).toBe('The second one!');
  await twoSeconds();
  expect(announced(at)?.trim()).toBe('The second one!');
});

test('E8: text present on load is not announced', async () => {
  await using at = await render(growing('A long history. It is on the page. '));
  await twoSeconds();
  expect(announced(at)).toBe('');
  await at.show(growing('A long history. It is on the page. This is new. '));
  await twoSeconds();
  expect(announced(at)?.trim()).toBe('This is new.');
});

test('E8: the remaining words are announced when the text completes, even without a full stop', async () => {
  await using at = await render(growing(''));
  await at.show(growing('One sentence. The last words'));
  await twoSeconds();
  await at.show(<AnnounceSentences text="One sentence. The last words of it" grows={false} />);
  expect(announced(at)?.trim()).toBe('The last words of it');
  expect(vi.getTimerCount()).toBe(0);
});

test('E8, F5: a new attempt that starts over restarts the announcements', async () => {
  await using at = await render(growing(''));
  await at.show(growing('A first try that was given up. '));
  await twoSeconds();
  await at.show(growing('Anew. '));
  await twoSeconds();
  expect(announced(at)?.trim()).toBe('Anew.');
});
