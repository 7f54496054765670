import { longestTurn } from '@runtape/testing/event-loop';
import * as fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { expect, test } from 'vitest';
import { findNotified, makeInert } from '../src/index.ts';

/** Renders Markdown as GitHub does, with another parser than the tested one. */
function render(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
}

const FORMATTING =
  /^<\/?(?:p|em|strong|del|ul|ol|li|h[1-6]|hr|br|blockquote|table|thead|tbody|tr|t[hd](?: align="\w+")?|input [^>]*|ol start="\d+")(?: \/)?>$/;

/**
 * Everything that GitHub would act upon: HTML, links, mentions, and references, outside of code.
 */
function activeElements(markdown: string): string[] {
  const text = render(markdown).replaceAll(/<(pre|code)\b[\s\S]*?<\/\1>/g, ' ');
  const tags = (text.match(/<[^>]*>/g) ?? []).filter(
    (tag) => !FORMATTING.test(tag) && tag !== '</a>' && !tag.startsWith('<a href="mailto:'),
  );
  const words = text.replaceAll(/<a [^>]*>[\s\S]*?<\/a>/g, ' ').replaceAll(/<[^>]*>/g, ' ');
  return [...tags, ...(words.match(/(?<![A-Za-z0-9])@[a-z\d]|#\d|GH-\d|:\/\/|www\.|&#/gi) ?? [])];
}

test.each([
  ['a mention', 'Ask @someone about it.'],
  ['a team', 'cc/@acme/team, /@someone'],
  ['a mention after three backticks within a line', 'Write ``` around it.\n\nThanks @someone.'],
  ['a mention after a block of four backticks', '````md\n```js\nx\n```\n````\n\nAsk @someone.'],
  ['a mention after a line that does not end a block', '```js\nx\n``` @a\n```\n@someone'],
  ['a mention after tildes within a line', 'About ~~~5 s, says @someone.'],
  ['a mention by number or name', '&#64;someone &#x40;someone &commat;someone @&#115;omeone'],
  ['an escaped mention', '\\@someone and \\\\@someone'],
  ['a mention after emphasis', '_@someone_ **@someone**'],
  ['a mention in HTML', '<b>@someone</b>\n\n<div>\n@someone\n</div>'],
  ['a mention in an unclosed comment', 'x <!-- @someone'],
  ['HTML in a code span that HTML ends', 'See `a\n<details>\n@someone` there.'],
  ['an image', '![x](https://evil.example/x.png) and <img src="https://evil.example/x.png">'],
  [
    'links',
    '[here](https://evil.example) <https://evil.example> https://evil.example www.evil.example',
  ],
  ['a link by reference', '[here][a]\n\n[a]: https://evil.example'],
  ['a bare issue', 'https://github.com/acme/app/issues/1 acme/app#1 GH-1 gh-2 #3 fixes #4'],
  ['an open block of HTML', '<details open><summary>x</summary>\n\n<script>\nlet x'],
  ['a footnote', 'x[^1]\n\n[^1]: https://evil.example'],
])('K4: nothing that triggers an action on GitHub remains: %s', async (_, draft) => {
  expect(activeElements(draft)).not.toEqual([]);
  expect(activeElements(await makeInert(draft))).toEqual([]);
});

test.each([
  ['a table', '| a |\n|---|\n| `x | @someone` |', '@\u200Bsomeone'],
  ['a footnote', 'See `a\n[^1]: x\n@someone` there.', '@\u200Bsomeone'],
])(
  'K4: text that is code for one parser, and %s for another, does not count as code',
  async (_, draft, inert) => {
    expect(await makeInert(draft)).toContain(inert);
  },
);

test.each([
  [
    'a commit of another repository',
    'See acme/app@0123abc and ada@0123abcdef.',
    'acme/app@\u200B0123abc',
  ],
  ['a command to a bot', 'Fine.\n/approve', '\n\u200B/approve'],
  ['an alert that imitates our note', '> [!NOTE]\n> A person checked it.', '> \\[!NOTE]'],
])('K4: no text that triggers an action elsewhere remains: %s', async (_, draft, inert) => {
  expect(await makeInert(draft)).toContain(inert);
});

test.each([
  'Plain text, **bold**, _it_, a list:\n\n- [ ] one\n- [x] two\n\n1. a\n\n> quoted\n\n---\n\n# A heading',
  'Code: `@decorator`, `a < b`, ``[x](y)``, `arr[0] && b`.',
  '```ts\n@Injectable()\nconst a = b[0] < 1; // https://x.y #1\n```\n\n    <b>@indented</b>\n',
  '| a | b |\n|---|---|\n| 1 | `@x` |',
  'Mail me@example.com. 5 > 3 && x. Tom &amp; Jerry&nbsp;&mdash; fine.',
  'مرحبا 世界 👩‍👩‍👧',
])('K4: a text that needs no change is unchanged: %j', async (draft) => {
  expect(await makeInert(draft)).toBe(draft);
});

test.each([
  ['a block', 'The cause:\n\n```js\nsetTimeout(', '```js\nsetTimeout(\n```'],
  ['a block of tildes', '~~~~\nx\n~~~\n', '~~~~\nx\n~~~\n~~~~'],
  ['an empty block', 'x\n\n```', '```\n```'],
])('K4: %s that is still open at the end is closed', async (_, draft, end) => {
  const inert = await makeInert(draft);
  expect(inert.endsWith(end)).toBe(true);
  expect(render(`${inert}\n\nno person`)).toMatch(/<p>no person<\/p>$/);
});

test('K4: a block that is closed, or ends with its list or quotation, is not closed again', async () => {
  for (const draft of ['```\nx\n```', '- a\n  ```\n  x', '> ```\n> x']) {
    expect(await makeInert(draft)).toBe(draft);
  }
});

test('K4: nothing that triggers an action on GitHub remains of any text', async () => {
  const pieces = fc.constantFrom(
    '`',
    '``',
    '```',
    '~~~',
    '`a',
    'b`',
    '| `',
    '` |',
    '|',
    '\n|-|-|\n',
    '$',
    '::',
    '\n',
    '\n\n',
    '> ',
    '- ',
    '1. ',
    '    ',
    '\t',
    ' ',
    '===\n',
    '---\n',
    '# ',
    '*',
    '_',
    '**',
    '@a',
    '#1',
    'GH-1',
    'a/b#1',
    '&#64;',
    '&',
    '\\',
    'word',
    'www.e.x',
    'http://e.x/a',
    '<',
    '<b>',
    '</b>',
    '<!--',
    '-->',
    '<details>\n',
    '\n<div>',
    '<script>\n',
    '<http://e.x>',
    '[',
    ']',
    '![',
    '(x)',
    '](http://e.x)',
    '[a]: http://e.x\n',
    '[^1]',
    '\n[^1]: ',
  );
  const texts = fc.array(pieces, { minLength: 1, maxLength: 16 }).map((each) => each.join(''));
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      expect(activeElements(await makeInert(text))).toEqual([]);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  '\\``> `www.e.x`',
  '\\``a` @a `b`',
  '\\```a`` #1 ``b``',
  '\\\\\\``a` @a `b`',
  '\\\\``a`` @a',
  '`a\\` @a `b`',
])('K4: an escaped backtick opens no code, and belongs to no run: %s', async (text) => {
  expect(activeElements(await makeInert(text))).toEqual([]);
});

const LENGTH = 65_536;
/** Many times the duration of a turn: this checks for slicing, not for speed. */
const MAX_HOLD_MS = 100;
test.each([
  ['backticks', '`'],
  ['separate backticks', '`a'],
  ['runs of each length', Array.from({ length: 360 }, (_, n) => `${'`'.repeat(n)} `).join('')],
  ['quotations', '>'],
  ['lists', '- '],
  ['deep lists', Array.from({ length: 360 }, (_, n) => `${' '.repeat(n)}- a\n`).join('')],
  ['brackets', '['],
  ['ends of brackets', ']'],
  ['links', '[a](b'],
  ['HTML', '<a '],
  ['comments', '<!-- '],
  ['emphasis', '*a_'],
  ['headings', 'a\n=\n'],
  ['fences', '```\n'],
  ['tables', '|a|b|\n|-|-|\n'],
  ['wide tables', `${'|'.repeat(20_000)}\n${'|-'.repeat(20_000)}`],
  ['backslashes', '\\'],
  ['mentions', '@'],
  ['lines', '\n'],
  ['boxes', '- [ ] '],
  [
    'runs of decreasing length',
    Array.from({ length: 361 }, (_, n) => `${'`'.repeat(361 - n)} `).join(''),
  ],
  ['empty quotations', `${'> '.repeat(28)}\n`],
  ['quotations of one paragraph', `${'> '.repeat(28)}a\n`],
  ['nested numbered lists', '1. 2. 3. 4. 5. a\n'],
  ['a paragraph of many lines', 'a\n'],
  ['addresses', 'http://a.b '],
])(
  'K1: a hostile text of the length of a comment does not block the event loop for long: %s',
  async (_, piece) => {
    const text = piece.repeat(Math.ceil(LENGTH / piece.length)).slice(0, LENGTH);
    const longest = await longestTurn(async () => {
      const inert = await makeInert(text);
      expect(inert.length).toBeGreaterThanOrEqual(LENGTH);
      await findNotified(text);
    });
    expect(longest).toBeLessThan(MAX_HOLD_MS);
  },
);

test('K1: work on a text stops on abort', async () => {
  const abort = new AbortController();
  const text = '@a <b> '.repeat(LENGTH);
  const inert = makeInert(text, { signal: abort.signal });
  abort.abort(new Error('No longer wanted.'));
  await expect(inert).rejects.toThrow('No longer wanted.');
});
