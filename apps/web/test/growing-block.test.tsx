import * as fc from 'fast-check';
import { act } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { DraftMarkdown } from '../src/workflow/draft-markdown.tsx';
import { render } from './render.tsx';

afterEach(() => {
  vi.useRealTimers();
});

const draftOf = (text: string, grows: boolean) => (
  <DraftMarkdown key="draft" text={text} grows={grows} />
);
/** Removes the ids, which differ in each draft. */
const domOf = (container: HTMLElement): string =>
  container.innerHTML.replaceAll(/draft-[^-"]*-/g, 'draft-');

/** Advances the clock of the page, which is stopped otherwise. */
async function pass(ms: number): Promise<void> {
  await act(async () => {
    vi.advanceTimersByTime(ms);
  });
}

test('E8: the longer a growing block is, the less often it is parsed; at its end it is parsed completely', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const long = 'words of one paragraph '.repeat(1000);
  const text = (count: number): string => long + 'and **more** '.repeat(count);
  await using at = await render(draftOf(text(0), true));
  const shown = () => at.container.querySelectorAll('[data-streamdown=strong]').length;
  await at.show(draftOf(text(1), true));
  await pass(16);
  expect(shown()).toBe(1);
  for (let frame = 2; frame <= 20; frame += 1) {
    await at.show(draftOf(text(frame), true));
    await pass(16);
    expect(shown()).toBe(1);
  }
  await pass(1000);
  expect(shown()).toBe(20);
  await at.show(draftOf(text(30), true));
  await at.show(draftOf(text(31), false));
  expect(shown()).toBe(31);
});

test('E8: a short growing block is parsed with every frame', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const words = 'some **words** ';
  await using at = await render(draftOf(words, true));
  for (let count = 2; count <= 20; count += 1) {
    await at.show(draftOf(words.repeat(count), true));
    expect(at.container.querySelectorAll('[data-streamdown=strong]')).toHaveLength(count);
  }
});

test('E8: a long block that grew has the same DOM as one rendered whole, for any chunks and any pace', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const words = 'words of one paragraph, '.repeat(160);
  const part = fc.constantFrom(
    `${words}**one** `,
    `${words}\`code\` and a [link](https://docs.example), `,
    `- ${words}\n- item\n`,
    `| a | b |\n|---|---|\n| ${words} | *2* |\n`,
    `> ${words}\n> - item\n`,
    '\n\n',
  );
  const frame = fc.record({ cut: fc.nat(60_000), ms: fc.constantFrom(0, 16, 300, 2000) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { minLength: 3, maxLength: 7 }),
      fc.array(frame, { maxLength: 6 }),
      async (parts, frames) => {
        const whole = parts.join('');
        const ordered = frames
          .map(({ cut, ms }) => ({ end: cut % (whole.length + 1), ms }))
          .toSorted((a, b) => a.end - b.end);
        expect(await domAfter(ordered)).toBe(await domAfter([]));

        async function domAfter(growing: typeof ordered): Promise<string> {
          await using shown = await render(draftOf('', true));
          for (const { end, ms } of growing) {
            await shown.show(draftOf(whole.slice(0, end), true));
            await pass(ms);
          }
          await shown.show(draftOf(whole, false));
          await allRendered(shown.container);
          return domOf(shown.container);
        }
      },
    ),
    { numRuns: 10, endOnFailure: true },
  );
});

/** Waits until all queued sections are rendered. */
async function allRendered(container: HTMLElement): Promise<void> {
  const isPending = () => container.querySelector('.draft-section > .whitespace-pre-wrap') !== null;
  for (let turns = 0; turns < 1000 && isPending(); turns += 1) await pass(100);
  expect(isPending()).toBe(false);
}
