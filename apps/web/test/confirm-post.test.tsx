import { act } from 'react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ConfirmPost } from '../src/posting/confirm-post.tsx';
import { render } from './render.tsx';

const nothing = (): void => undefined;
const about = (text: string) => (
  <ConfirmPost issue="acme/app#7" text={text} onBack={nothing} onConfirm={nothing} />
);

/** Waits until typing has paused for long enough. */
const pause = (): Promise<void> =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(1000);
  });

test('A7: posting is disabled until the people GitHub will notify are known, and again after each change to the text', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  await using at = await render(about('Thanks @ada.'));
  const isReady = (): boolean =>
    at.container.querySelectorAll('button')[1]?.hasAttribute('disabled') === false;
  expect(isReady()).toBe(false);
  expect(at.container.textContent).toContain('Checking whom GitHub will notify …');
  await pause();
  expect(at.container.textContent).toContain('GitHub will notify @ada.');
  expect(isReady()).toBe(true);
  await at.show(about('Thanks @ben, see #3.'));
  expect(isReady()).toBe(false);
  expect(at.container.textContent).not.toContain('@ada');
  await pause();
  expect(at.container.textContent).toContain('GitHub will notify @ben.');
  expect(at.container.textContent).toContain('It will be linked from #3.');
  expect(isReady()).toBe(true);
});
