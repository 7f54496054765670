import { expect, test } from 'vitest';
import { Sources } from '../src/tool-loop/sources.ts';

test('A6: sources name every range of lines once, files in the order in which they were read', () => {
  const sources = new Sources();
  sources.add({ path: 'b.ts', from: 50, to: 60 });
  sources.add({ path: 'a.ts', from: 1, to: 10 });
  sources.add({ path: 'b.ts', from: 1, to: 20 });
  sources.add({ path: 'b.ts', from: 21, to: 30 });
  sources.add({ path: 'b.ts', from: 5, to: 8 });
  sources.add({ path: 'a.ts', from: 1, to: 10 });
  expect(sources.list()).toEqual([
    { path: 'b.ts', lines: [1, 30] },
    { path: 'b.ts', lines: [50, 60] },
    { path: 'a.ts', lines: [1, 10] },
  ]);
});
