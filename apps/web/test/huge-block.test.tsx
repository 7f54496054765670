import * as fc from 'fast-check';
import { act } from 'react';
import { expect, test } from 'vitest';
import { chunkText } from '../src/markdown/chunk-text.ts';
import { SectionSplitter } from '../src/markdown/section-splitter.ts';
import { DraftMarkdown } from '../src/workflow/draft-markdown.tsx';
import { render } from './render.tsx';

const HUGE = 500_000;

const split = (text: string) => new SectionSplitter().split(text);
const line = 'const answer = [42, `and more`, "of it"]; // as before\n';
const code = line.repeat(Math.ceil(HUGE / line.length));
const paragraph = 'many words without an end, '.repeat(HUGE / 25);
const before = 'What comes **before** it.\n\n';
const after = 'What comes **after** it.\n';

test('E8: huge code is a section of its own, and the text around it is Markdown', () => {
  const fenced = `\`\`\`\`ts\n${code}\`\`\`\`\n`;
  expect(split(`${before}${fenced}\n${after}`)).toEqual([
    { text: before, isHuge: false },
    { text: fenced, isHuge: true },
    { text: `\n${after}`, isHuge: false },
  ]);
});

test('E8: huge code without its closing fence is a section of its own, too', () => {
  const open = `~~~\n${code}`;
  expect(split(before + open)).toEqual([
    { text: before, isHuge: false },
    { text: open, isHuge: true },
  ]);
});

test('E8: a huge paragraph, list or table is shown as plain text, and the text after it is Markdown', () => {
  const huge = [
    `${paragraph}\n\n`,
    '- an item\n'.repeat(HUGE / 10) + '\n',
    '| a | b |\n|---|---|\n' + '| 1 | 2 |\n'.repeat(HUGE / 10) + '\n',
    `<details>\n\n${'A paragraph of its own.\n\n'.repeat(HUGE / 25)}`,
  ];
  for (const text of huge) {
    const sections = split(`${before}${text}${after}`);
    expect(sections.filter(({ isHuge }) => isHuge).length).toBeGreaterThan(0);
    expect(sections.map((section) => section.text).join('')).toBe(`${before}${text}${after}`);
    expect(sections.at(-1)?.isHuge).toBe(false);
    expect(sections.at(-1)?.text.endsWith(after)).toBe(true);
    expect(sections.at(-1)?.text.length).toBeLessThan(60_000);
  }
});

test('E8: the text before a huge paragraph is Markdown', () => {
  const heading = `## Between\n\n`;
  const expected = [
    { text: before + heading, isHuge: false },
    { text: `${paragraph}\n\n`, isHuge: true },
    { text: after, isHuge: false },
  ];
  expect(split(`${before}${heading}${paragraph}\n\n${after}`)).toEqual(expected);
  expect(split(`${before}${heading}${paragraph}\n`)).toEqual([
    expected[0],
    { text: `${paragraph}\n`, isHuge: true },
  ]);
});

test('E8: code within a list, HTML or other code is not a section of its own', () => {
  const inside = 'x = 1;\n'.repeat(2000);
  for (const text of [
    `- item\n  \`\`\`\n  ${inside.replaceAll('\n', '\n  ')}\n  \`\`\`\n`,
    `<details>\n\`\`\`\n${inside}\`\`\`\n</details>\n`,
  ]) {
    expect(split(before + text)).toEqual([{ text: before + text, isHuge: false }]);
  }
  const nested = `~~~\n\`\`\`\n${inside}\`\`\`\n~~~\n`;
  expect(split(before + nested)).toEqual([
    { text: before, isHuge: false },
    { text: nested, isHuge: true },
  ]);
});

test('E8: a text with huge blocks has the same sections for any chunks', () => {
  const block = fc.constantFrom(
    before,
    after,
    '- item\n  ```\n',
    '```\n',
    '~~~ts\n',
    line.repeat(300),
    `${paragraph.slice(0, 60_000)}\n`,
    '\n',
    '> quoted\n',
    '<div>\n',
    '</div>\n\n',
  );
  fc.assert(
    fc.property(
      fc.array(block, { minLength: 5, maxLength: 25 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      (blocks, cuts) => {
        const whole = blocks.join('');
        const splitter = new SectionSplitter();
        const ends = cuts.map((cut) => cut % (whole.length + 1)).toSorted((a, b) => a - b);
        for (const end of [...ends, whole.length]) {
          const soFar = whole.slice(0, end);
          const sections = splitter.split(soFar);
          expect(sections).toEqual(split(soFar));
          expect(sections.map(({ text }) => text).join('')).toBe(soFar);
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('E8: the chunks of a text contain all of its characters, and all but the last stay the same as it grows', () => {
  const part = fc.oneof(
    fc.constantFrom('\n', ' ', 'word ', '🙂'.repeat(900), 'w'.repeat(5000), 'line\n'.repeat(900)),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), fc.nat(), (parts, cut) => {
      const whole = parts.join('');
      const pieces = chunkText(whole);
      expect(pieces.join('').replaceAll('\n', '')).toBe(whole.replaceAll('\n', ''));
      expect(pieces.every((piece) => piece.length <= 8000 && piece.isWellFormed())).toBe(
        whole.isWellFormed(),
      );
      const settled = chunkText(whole.slice(0, cut % (whole.length + 1))).slice(0, -1);
      expect(pieces.slice(0, settled.length)).toEqual(settled);
    }),
  );
});

test('E8: huge code is shown as code without its fences, and only its end changes as it grows', async () => {
  const text = (lines: number): string => `${before}\`\`\`ts\n${line.repeat(lines)}`;
  await using at = await render(<DraftMarkdown text={text(9000)} grows />);
  const shown = () => at.container.querySelector('pre code');
  const pieces = () => [...(shown()?.querySelectorAll('.text-chunk') ?? [])];
  // A text of this length is split step by step.
  await expect
    .poll(async () => {
      await act(() => new Promise((resolve) => setTimeout(resolve)));
      return pieces().length;
    })
    .toBeGreaterThan(50);
  expect(
    pieces()
      .map(({ textContent }) => textContent)
      .join('\n'),
  ).toBe(line.repeat(9000).trimEnd());
  expect(at.container.querySelector('[aria-label="Code in ts"]')).not.toBeNull();
  const changed = new Set<Node>();
  const observer = new MutationObserver((records) => {
    for (const { target } of records) changed.add(target);
  });
  observer.observe(at.container, { subtree: true, childList: true, characterData: true });
  const soFar = pieces();
  for (let more = 1; more <= 5; more += 1) {
    await at.show(<DraftMarkdown text={text(9000 + more)} grows />);
  }
  await act(async () => {});
  observer.disconnect();
  expect(changed.size).toBeGreaterThan(0);
  expect(soFar.slice(0, -1).every((piece) => !changed.has(piece.firstChild ?? piece))).toBe(true);
  expect(pieces().slice(0, soFar.length)).toEqual(soFar);
  const whole = `${text(9005)}\`\`\`\n\nThe **end**.`;
  await at.show(<DraftMarkdown text={whole} grows={false} />);
  expect(shown()?.textContent).not.toContain('```');
  expect(at.container.querySelector('[data-streamdown=strong]')?.textContent).toBe('before');
  await using atOnce = await render(<DraftMarkdown text={whole} grows={false} />);
  const last = (container: HTMLElement) => async () => {
    await act(() => new Promise((resolve) => setTimeout(resolve)));
    return container.querySelector('.draft-section:last-child > .draft')?.textContent;
  };
  await expect.poll(last(at.container)).toBe('The end.');
  await expect.poll(last(atOnce.container)).toBe('The end.');
});
