import { act } from 'react';
import { describe, expect, test, vi } from 'vitest';
import { DraftMarkdown } from '../src/workflow/draft-markdown.tsx';
import { render } from './render.tsx';

async function rendered(text: string) {
  return await render(<DraftMarkdown text={text} grows={false} />);
}

describe('a model’s text is untrusted', () => {
  test.each([
    ['a script', '<script>window.hacked = true</script>\n\nText'],
    ['an event handler', '<img src="x" onerror="window.hacked = true">\n\nText'],
    ['a frame', '<iframe src="https://evil.example"></iframe>\n\nText'],
    ['a form', '<form action="https://evil.example"><input name="key"></form>\n\nText'],
    ['a style', '<style>body { display: none }</style>\n\nText'],
    ['an embedded image that runs code', '<svg onload="window.hacked = true"></svg>\n\nText'],
  ])('%s is left out, the rest is shown', async (_, text) => {
    await using at = await rendered(text);
    expect(
      at.container.querySelector('script, iframe, form, input:enabled, style, svg[onload]'),
    ).toBeNull();
    expect(at.container.innerHTML).not.toMatch(/ on\w+=/i);
    expect(Reflect.has(window, 'hacked')).toBe(false);
    expect(at.container.textContent).toContain('Text');
  });

  test.each([
    ['javascript:', '[open](javascript:alert(1))'],
    ['disguised javascript:', '[open](JaVaScRiPt&#58;alert(1))'],
    ['data:', '[open](data:text/html;base64,PHNjcmlwdD4=)'],
    ['vbscript:', '<a href="vbscript:msgbox(1)">open</a>'],
  ])('a %s link leads nowhere', async (_, text) => {
    await using at = await rendered(text);
    expect(at.container.textContent).toContain('open');
    expect(at.container.innerHTML).not.toMatch(/(?:href|src)="?(?:javascript|data|vbscript):/i);
    expect(at.container.querySelector('[data-streamdown=link]')).toBeNull();
  });

  test('E8: no image is loaded, in whatever form, until the user asks for it', async () => {
    await using at = await rendered(
      '![One](https://tracker.example/1.png)\n\n<img src="https://tracker.example/2.png" alt="Two">',
    );
    expect(at.container.querySelector('img')).toBeNull();
    const offers = [...at.container.querySelectorAll('button')].map((each) => each.textContent);
    expect(offers).toEqual([
      'Show the image “One” from tracker.example',
      'Show the image “Two” from tracker.example',
    ]);
  });

  test('E8: an image loads only from the origin that was shown', async () => {
    await using at = await rendered(
      [
        '<picture><source srcset="https://other.example/1.png"><img src="https://good.example/1.png" alt="One"></picture>',
        '<img src="https://good.example/2.png" srcset="https://other.example/2.png 2x" alt="Two">',
        '<img src="https://good.example@other.example/3.png" alt="Three">',
      ].join('\n\n'),
    );
    const buttons = [...at.container.querySelectorAll('button')];
    expect(buttons.map(({ textContent }) => textContent)).toEqual([
      'Show the image “One” from good.example',
      'Show the image “Two” from good.example',
      'Show the image “Three” from other.example',
    ]);
    for (const button of buttons) await act(async () => button.click());
    expect([...at.container.querySelectorAll('img')].map(({ src }) => src)).toEqual([
      'https://good.example/1.png',
      'https://good.example/2.png',
      'https://good.example@other.example/3.png',
    ]);
    expect(at.container.querySelector('picture, source, [srcset]')).toBeNull();
  });

  test.each(['/api/session', '//', 'data:image/png;base64,AAAA', 'file:///etc/hostname'])(
    'E8: %s is no image of the web, and only its words are shown',
    async (src) => {
      await using at = await rendered(`before <img src="${src}" alt="Words"> after`);
      expect(at.container.querySelector('img, button')).toBeNull();
      expect(at.container.textContent.replaceAll(/\s+/g, ' ')).toContain('before');
    },
  );

  test('E8: the ids in a text differ from those in other texts and in the page', async () => {
    const text = [
      '<h2 id="main">One</h2>',
      '<a id="root" name="location">Two</a>',
      'Three[^1].',
      '[^1]: Four',
    ].join('\n\n');
    await using at = await render(
      <>
        <DraftMarkdown text={text} grows={false} />
        <DraftMarkdown text={text} grows={false} />
      </>,
    );
    const names = [...at.container.querySelectorAll('.draft [id], .draft [name]')].flatMap((each) =>
      [each.id, each.getAttribute('name') ?? ''].filter((name) => name !== ''),
    );
    expect(names.length).toBeGreaterThan(6);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => name.startsWith('draft-'))).toBe(true);
  });

  test('E8: links to a footnote and back stay within the text, without a confirmation', async () => {
    await using at = await rendered('A claim[^1].\n\n[^1]: Its source.');
    const links = [...at.container.querySelectorAll('a')];
    expect(links).toHaveLength(2);
    for (const link of links) {
      const place = at.container.querySelector(`[id="${link.getAttribute('href')?.slice(1)}"]`);
      expect(place).not.toBeNull();
    }
  });

  test('E8: a link whose URL looks like another site shows its real target', async () => {
    await using at = await rendered('[code](https://github.com@other.example/a)');
    await act(async () => at.container.querySelector('button')?.click());
    expect(document.querySelector('dialog strong')?.textContent).toBe('other.example');
  });

  test('E8: a link asks for confirmation, shows its target, and opens in a new tab', async () => {
    const open = vi.spyOn(window, 'open').mockReturnValue(null);
    const warnings = vi.spyOn(console, 'error');
    await using at = await rendered('[docs](https://docs.example/page)');
    const press = (words: string) =>
      act(async () =>
        [...at.container.querySelectorAll('button')]
          .find(({ textContent }) => textContent === words)
          ?.click(),
      );
    await press('docs');
    const question = document.querySelector('dialog');
    expect(question?.open).toBe(true);
    expect(question?.textContent).toContain('https://docs.example/page');
    await act(async () =>
      [...document.querySelectorAll('dialog button')]
        .filter((button) => button instanceof HTMLButtonElement)
        .find(({ textContent }) => textContent === 'Open in a new tab')
        ?.click(),
    );
    expect(open.mock.calls).toEqual([['https://docs.example/page', '_blank', 'noreferrer']]);
    expect(document.querySelector('dialog')).toBeNull();
    expect(warnings).not.toHaveBeenCalled();
    open.mockRestore();
    warnings.mockRestore();
  });
});

describe('while it grows', () => {
  test('E8: code is shown as code before its fence is closed, at every step', async () => {
    const text = 'Look here:\n\n```ts\nconst a = **1**;\nconst b';
    await using at = await render(<DraftMarkdown text="Look here:" grows />);
    for (let end = text.indexOf('const a') + 1; end <= text.length; end += 1) {
      await at.show(<DraftMarkdown text={text.slice(0, end)} grows />);
      expect(at.container.querySelector('pre code')?.textContent.trimEnd()).toBe(
        text.slice(text.indexOf('const a'), end).trimEnd(),
      );
      expect(at.container.querySelector('strong')).toBeNull();
    }
  });

  test('E8: unclosed emphasis shows no asterisks', async () => {
    await using at = await render(<DraftMarkdown text="This is **impor" grows />);
    expect(at.container.textContent).toBe('This is impor');
  });

  test('E8: has a caret and is marked as busy; a complete text has neither', async () => {
    await using at = await render(<DraftMarkdown text="Text" grows />);
    expect(at.container.querySelector('[aria-busy=true] [data-grows]')).not.toBeNull();
    await at.show(<DraftMarkdown text="Text" grows={false} />);
    expect(at.container.querySelector('[aria-busy=true], [data-grows]')).toBeNull();
  });

  test('C2: text in any script is shown unchanged', async () => {
    const text = 'Emoji 👩‍👩‍👧‍👦, 漢字, and עברית';
    await using at = await rendered(text);
    expect(at.container.textContent).toBe(text);
  });
});
