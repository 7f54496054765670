import { act } from 'react';
import { expect, test, vi } from 'vitest';
import { formatEventId } from '@runtape/events';
import { ResetNotice } from '../src/workflow/reset-notice.tsx';
import { render } from './render.tsx';

const id = formatEventId({ incarnation: 'testtest', seq: 7 });

test.each([
  ['trimmed', 'the events that follow are no longer stored'],
  ['ahead', 'the server has fewer events than this page showed'],
  ['other_incarnation', 'the log was replaced'],
] as const)('F2: says that the stream restarted, and why: %s', async (reason, why) => {
  const stream = { reset: { id, reason }, dismissReset: () => {} };
  await using at = await render(<ResetNotice stream={stream} />);
  expect(at.container.querySelector('output')?.textContent).toBe(
    `The stream restarted because ${why}.`,
  );
});

test('F2: can be dismissed, and is not shown when nothing was replaced', async () => {
  const dismissReset = vi.fn<() => void>();
  const stream = { reset: { id, reason: 'ahead' }, dismissReset } as const;
  await using at = await render(<ResetNotice stream={stream} />);
  const button = at.container.querySelector('button');
  expect(button?.getAttribute('aria-label')).toBe('Dismiss');
  await act(async () => button?.click());
  expect(dismissReset).toHaveBeenCalledTimes(1);
  await at.show(<ResetNotice stream={{ ...stream, reset: null }} />);
  expect(at.container.textContent).toBe('');
});
