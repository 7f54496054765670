import * as fc from 'fast-check';
import { act } from 'react';
import { parseMarkdownIntoBlocks } from 'streamdown';
import { expect, test, vi } from 'vitest';
import { SectionSplitter } from '../src/markdown/section-splitter.ts';
import { DraftMarkdown } from '../src/workflow/draft-markdown.tsx';
import { render } from './render.tsx';

const words = 'The cursor is taken before the history is read, so an event may be shown twice. ';

/** Lines that start, continue and end blocks of every kind, in any order. */
const line = fc.constantFrom(
  '',
  '',
  '',
  words,
  words.repeat(4),
  '# Heading',
  'Heading\n---',
  '- item',
  '  - nested',
  '  continued',
  '1. first',
  '2) second',
  '> quoted',
  '> - quoted item',
  '```ts',
  '~~~',
  '```',
  '    indented',
  '| a | b |',
  '|---|---|',
  'a | b',
  '--- | ---',
  '***',
  '* * *',
  '*emphasis*, **strong** and `code`',
  '**never closed',
  '<div>',
  '</div>',
  '<details><summary>More</summary>',
  '</details>',
  '<!-- comment',
  '-->',
  '<b>bold</b> text',
  '$$',
  'x^2',
  'price: $$5',
  '~~gone~~',
  '\tTab',
  'trailing  ',
  'back\\',
);
const reference = fc.constantFrom(
  '[^1]',
  '[^1]: A footnote.',
  '[docs]: https://docs.example',
  '[docs]',
);
/** Whole blocks, some of which contain empty lines. */
const block = fc.constantFrom(
  words.repeat(3),
  words.repeat(6),
  `# Heading\n${words.repeat(3)}`,
  `- item\n\n  ${words}\n- item\n  1. nested\n\nAfter the list. ${words.repeat(2)}`,
  `1. first\n2. second\n\n\n> quoted ${words}\n> more`,
  '```ts\nconst a = 1;\n\n# no heading\n\nconst b = 2;\n```',
  `<details><summary>More</summary>\n\n${words}\n\nInside.\n\n</details>`,
  `| a | b |\n|---|---|\n| ${words} | 2 |`,
  '$$\nx^2\n\ny\n$$',
  `**Bold** and _soft_ words. ${words.repeat(2)}`,
);
const anything = fc.oneof(line, line, line, reference);
const lines = (part: fc.Arbitrary<string>) =>
  fc.array(part, { maxLength: 4 }).map((all) => all.join('\n'));
/** Mostly whole blocks, with a few arbitrary lines. */
const text = (stray: fc.Arbitrary<string>) =>
  fc
    .array(fc.oneof({ arbitrary: block, weight: 12 }, { arbitrary: lines(stray), weight: 1 }), {
      minLength: 15,
      maxLength: 60,
      size: 'max',
    })
    .map((blocks) => blocks.join('\n\n'));
const cuts = fc.array(fc.nat(20_000), { maxLength: 30 });

/** Returns the text after each piece. */
function growing(whole: string, at: readonly number[]): string[] {
  const ends = at.map((cut) => cut % (whole.length + 1)).toSorted((a, b) => a - b);
  return [...ends.map((end) => whole.slice(0, end)), whole];
}

const splitAtOnce = (whole: string) => new SectionSplitter().split(whole);
const textsOf = (whole: string) => splitAtOnce(whole).map((section) => section.text);

test('E8: a text is divided into the same sections for any chunks', () => {
  fc.assert(
    fc.property(text(anything), cuts, (whole, at) => {
      const splitter = new SectionSplitter();
      for (const soFar of growing(whole, at)) {
        expect(splitter.split(soFar)).toEqual(splitAtOnce(soFar));
      }
    }),
    { numRuns: 300 },
  );
});

test('E8: the sections of a text have the same blocks as the whole text', () => {
  let sections = 0;
  fc.assert(
    fc.property(text(line), (whole) => {
      const parts = textsOf(whole);
      sections += parts.length;
      expect(parts.join('')).toBe(whole);
      expect(parts.flatMap((part) => parseMarkdownIntoBlocks(part))).toEqual(
        parseMarkdownIntoBlocks(whole),
      );
    }),
    { numRuns: 300 },
  );
  expect(sections).toBeGreaterThan(500);
});

test('E8: a long text is divided step by step, into the same sections', () => {
  const whole = `# Heading\n\n${words}\n\n`.repeat(400);
  const splitter = new SectionSplitter();
  let turns = 0;
  let sections = splitter.split(whole, 5000);
  for (; splitter.unscanned > 0; turns += 1) {
    expect(sections.map((section) => section.text).join('')).toBe(whole);
    expect(sections.at(-1)?.isHuge).toBe(true);
    expect(sections.slice(0, -1)).toEqual(splitAtOnce(whole).slice(0, sections.length - 1));
    sections = splitter.split(whole, 5000);
  }
  expect(turns).toBeGreaterThan(5);
  expect(sections).toEqual(splitAtOnce(whole));
});

test('E8: a text that does not continue the last one is divided again from its start', () => {
  const splitter = new SectionSplitter();
  const first = `${words}\n\n`.repeat(100);
  expect(splitter.split(first).length).toBeGreaterThan(2);
  const second = `# Another\n\n${first}`;
  expect(splitter.split(second)).toEqual(splitAtOnce(second));
});

test('E8: a text with footnotes stays one section, unless it is long', () => {
  const body = `${words}\n\n`.repeat(100);
  const noted = `See[^1].\n\n${body}[^1]: A footnote.\n`;
  expect(textsOf(noted)).toEqual([noted]);
  const long = `See[^1].\n\n${body.repeat(20)}[^1]: A footnote.\n`;
  expect(Math.max(...textsOf(long).map(({ length }) => length))).toBeLessThan(4000);
});

/** Waits until all queued sections are rendered. */
async function allRendered(container: HTMLElement): Promise<void> {
  const isPending = () => container.querySelector('.draft-section > .whitespace-pre-wrap') !== null;
  for (let turns = 0; turns < 1000 && isPending(); turns += 1) {
    await act(() => new Promise((resolve) => setTimeout(resolve)));
  }
  expect(isPending()).toBe(false);
}

/** Removes the ids, which differ in each draft, and sorts the attributes. */
const domOf = (container: HTMLElement): string =>
  container.innerHTML.replaceAll(/draft-[^-"]*-/g, 'draft-').replaceAll(' data-last=""', '');

test('E8: a text that grew has the same DOM as one rendered whole, for any text and any chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      text(anything),
      fc.array(fc.nat(20_000), { maxLength: 6 }),
      async (whole, at) => {
        const grown = await domAfter(['', ...growing(whole, at)]);
        expect(grown).toBe(await domAfter([]));

        async function domAfter(pieces: readonly string[]): Promise<string> {
          const [first = null, ...others] = pieces.map((soFar) => (
            <DraftMarkdown key="draft" text={soFar} grows />
          ));
          await using shown = await render(first);
          for (const other of others) await shown.show(other);
          await shown.show(<DraftMarkdown key="draft" text={whole} grows={false} />);
          await allRendered(shown.container);
          return domOf(shown.container);
        }
      },
    ),
    { numRuns: 15, endOnFailure: true },
  );
});

test('E8: the first sections of a long text are rendered immediately, the others are shown as plain text until their turn', async () => {
  const whole = Array.from({ length: 400 }, (_, n) => `Paragraph **${n}**. ${words}`).join('\n\n');
  await using at = await render(<DraftMarkdown text={whole} grows={false} />);
  const strong = () => at.container.querySelectorAll('[data-streamdown=strong]').length;
  expect(strong()).toBeGreaterThan(30);
  expect(strong()).toBeLessThan(200);
  expect(at.container.textContent).toContain('Paragraph **399**.');
  await allRendered(at.container);
  expect(strong()).toBe(400);
});

test('E8: a very long text is divided over several renders, with the page responsive in between', async () => {
  const whole = Array.from({ length: 6000 }, (_, n) => `Paragraph **${n}**. ${words}`).join('\n\n');
  const all = splitAtOnce(whole).length;
  const divided = vi.spyOn(SectionSplitter.prototype, 'split');
  await using at = await render(<DraftMarkdown text={whole} grows={false} />);
  const sections = () => at.container.querySelectorAll('.draft-section').length;
  expect(at.container.textContent).toContain('Paragraph **5999**.');
  await expect
    .poll(async () => {
      await act(() => new Promise((resolve) => setTimeout(resolve)));
      return sections();
    })
    .toBe(all);
  // Each in a separate render.
  const counts = new Set(
    divided.mock.results.map(({ value }) => (Array.isArray(value) ? value.length : 0)),
  );
  divided.mockRestore();
  expect(Math.min(...counts)).toBeLessThan(all / 10);
  expect(counts.size).toBeGreaterThan(3);
  expect(at.container.textContent).toContain('Paragraph **5999**.');
});

test('E8: when a long text grows, only its last section is rendered again', async () => {
  const whole = `${words}\n\n`.repeat(200);
  await using at = await render(<DraftMarkdown text={whole} grows />);
  await allRendered(at.container);
  const changed = new Set<Node>();
  const observer = new MutationObserver((records) => {
    for (const { target } of records) changed.add(target);
  });
  observer.observe(at.container, { subtree: true, childList: true, characterData: true });
  for (let n = 1; n <= 20; n += 1) {
    await at.show(<DraftMarkdown text={`${whole}${'more '.repeat(n)}`} grows />);
  }
  await act(async () => {});
  observer.disconnect();
  const last = at.container.querySelector('.draft-section:last-child');
  expect(changed.size).toBeGreaterThan(0);
  expect([...changed].every((node) => last?.contains(node))).toBe(true);
});
