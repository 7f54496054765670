import { act, type ReactNode } from 'react';
import { expect, test, vi } from 'vitest';
import { usePageVisible } from '../src/shell/use-page-visible.ts';
import { render } from './render.tsx';

function Probe(): ReactNode {
  return usePageVisible() ? 'looked at' : 'in the background';
}

test('F7: a tab knows whether somebody looks at it, and no longer listens when nobody asks', async () => {
  const state = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('visible');
  const stop = vi.spyOn(document, 'removeEventListener');
  const turnTo = (value: DocumentVisibilityState): Promise<void> =>
    act(async () => {
      state.mockReturnValue(value);
      document.dispatchEvent(new Event('visibilitychange'));
    });
  {
    await using page = await render(<Probe />);
    expect(page.container.textContent).toBe('looked at');
    await turnTo('hidden');
    expect(page.container.textContent).toBe('in the background');
    await turnTo('visible');
    expect(page.container.textContent).toBe('looked at');
  }
  expect(stop.mock.calls.map(([type]) => type)).toContain('visibilitychange');
});
