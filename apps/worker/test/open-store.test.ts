import { expect, test } from 'vitest';
import { keepEndedForMs } from '../src/open-store.ts';

const DAY_MS = 86_400_000;

test('A4: Redis expires ended workflows by itself two days after their retention', () => {
  expect(keepEndedForMs({ RETENTION_DAYS: 7, ARCHIVE_DIR: undefined })).toBe(9 * DAY_MS);
});

test('A4: Redis expires nothing by itself when workflows are archived', () => {
  expect(keepEndedForMs({ RETENTION_DAYS: 7, ARCHIVE_DIR: 'archive' })).toBeUndefined();
});
