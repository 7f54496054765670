import { expect, test } from 'vitest';
import { keepEndedForMs } from '../src/open-store.ts';

const DAY_MS = 86_400_000;

test('A4: Redis forgets ended workflows by itself two days after they should be gone', () => {
  expect(keepEndedForMs({ RETENTION_DAYS: 7, ARCHIVE_DIR: undefined })).toBe(9 * DAY_MS);
});

test('A4: Redis forgets nothing by itself that is yet to be archived', () => {
  expect(keepEndedForMs({ RETENTION_DAYS: 7, ARCHIVE_DIR: 'archive' })).toBeUndefined();
});
