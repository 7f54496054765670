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
    ['an embedded picture that runs code', '<svg onload="window.hacked = true"></svg>\n\nText'],
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
    ['javascript: in disguise', '[open](JaVaScRiPt&#58;alert(1))'],
    ['data:', '[open](data:text/html;base64,PHNjcmlwdD4=)'],
    ['vbscript:', '<a href="vbscript:msgbox(1)">open</a>'],
  ])('a %s link leads nowhere', async (_, text) => {
    await using at = await rendered(text);
    expect(at.container.textContent).toContain('open');
    expect(at.container.innerHTML).not.toMatch(/(?:href|src)="?(?:javascript|data|vbscript):/i);
    expect(at.container.querySelector('[data-streamdown=link]')).toBeNull();
  });

  test('E8: no image is loaded, whatever its form, until a person asks', async () => {
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

  test('E8: a link asks first, and shows where it leads; then it opens apart', async () => {
    const open = vi.spyOn(window, 'open').mockReturnValue(null);
    const complaints = vi.spyOn(console, 'error');
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
    expect(complaints).not.toHaveBeenCalled();
    open.mockRestore();
    complaints.mockRestore();
  });
});

describe('while it grows', () => {
  test('E8: a code fence that is not closed yet is code already, at every step', async () => {
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

  test('E8: emphasis that is not closed yet shows no stars', async () => {
    await using at = await render(<DraftMarkdown text="This is **impor" grows />);
    expect(at.container.textContent).toBe('This is impor');
  });

  test('E8: has a caret and says that it is busy; complete it has neither', async () => {
    await using at = await render(<DraftMarkdown text="Text" grows />);
    expect(at.container.querySelector('[aria-busy=true] [data-grows]')).not.toBeNull();
    await at.show(<DraftMarkdown text="Text" grows={false} />);
    expect(at.container.querySelector('[aria-busy=true], [data-grows]')).toBeNull();
  });

  test('C2: text of every script stays whole', async () => {
    const text = 'Emoji 👩‍👩‍👧‍👦, 漢字, and עברית';
    await using at = await rendered(text);
    expect(at.container.textContent).toBe(text);
  });
});
