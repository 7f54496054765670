import { formatEventId, type StatusLine } from '@runtape/events';
import { expect, test } from 'vitest';
import { collapseStages } from '../src/index.ts';

const line = (seq: number, stage: string, message: string, progress?: number): StatusLine => ({
  id: formatEventId({ incarnation: 'k3v9x2ab', seq }),
  at: new Date(seq * 1000).toISOString(),
  stage,
  message,
  ...(progress !== undefined && { progress }),
});

test('E8, D3: a stage with progress remains one stage, which shows the newest message', () => {
  const stages = collapseStages([
    line(1, 'opening', 'Opening.'),
    line(2, 'indexing', 'Indexing 9 files.', 0),
    line(3, 'indexing', 'Indexing: 4 of 9 files.', 0.4),
    line(4, 'indexing', 'Indexed.'),
    line(5, 'answering', 'Writing.'),
  ]);
  expect(stages.map(({ id, at, message, progress }) => [id, at, message, progress])).toEqual([
    ['k3v9x2ab-1', '1970-01-01T00:00:01.000Z', 'Opening.', undefined],
    ['k3v9x2ab-2', '1970-01-01T00:00:02.000Z', 'Indexed.', undefined],
    ['k3v9x2ab-5', '1970-01-01T00:00:05.000Z', 'Writing.', undefined],
  ]);
});

test('E8, D3: a stage that occurs again later is a separate one', () => {
  const stages = collapseStages([line(1, 'a', 'A.'), line(2, 'b', 'B.'), line(3, 'a', 'A again.')]);
  expect(stages.map(({ message }) => message)).toEqual(['A.', 'B.', 'A again.']);
});
