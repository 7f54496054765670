import { afterEach, expect, test, vi } from 'vitest';
import { browserTriggers } from '../src/reconnect/retry-timer.ts';

afterEach(() => void vi.restoreAllMocks());

test('C6: the tab becomes visible or the network returns; and the listeners are removed again', () => {
  const heard: string[] = [];
  const stop = browserTriggers((reason) => heard.push(reason));
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  expect(heard).toEqual([]);
  visibility.mockReturnValue('visible');
  document.dispatchEvent(new Event('visibilitychange'));
  globalThis.dispatchEvent(new Event('online'));
  expect(heard).toEqual(['visible', 'online']);
  stop();
  document.dispatchEvent(new Event('visibilitychange'));
  globalThis.dispatchEvent(new Event('online'));
  expect(heard).toEqual(['visible', 'online']);
});
