import type { ToolCallState } from '@runtape/events';
import { act } from 'react';
import { expect, test } from 'vitest';
import { SourceChips } from '../src/workflow/source-chips.tsx';
import { render } from './render.tsx';

/** Counts how often a tool's output is read. */
function toolCall(
  name: string,
  path: string,
  output: string,
): { call: ToolCallState; reads: () => number } {
  let reads = 0;
  const call: ToolCallState = {
    callId: path,
    name,
    arguments: { path },
    status: 'ok',
    summary: '',
    get output() {
      reads += 1;
      return output;
    },
    truncated: false,
    startedAt: '2026-01-02T03:04:05.678Z',
    durationMs: 1,
  };
  return { call, reads: () => reads };
}

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, n) => `${from + n}\tline ${from + n}`).join('\n');

test('A6: a source unfolds to the lines that the model read, across several tool calls', async () => {
  const { call: read } = toolCall('read_file', './src/a.ts', numbered(1, 4));
  const { call: passages } = toolCall(
    'find_passages',
    'q',
    `# src/a.ts\n${numbered(5, 6)}\n\n# src/b.ts\n${numbered(1, 2)}`,
  );
  await using shown = await render(
    <SourceChips
      sources={[
        { path: 'src/a.ts', lines: [3, 5] },
        { path: 'src/b.ts', lines: [2, 2] },
        { path: 'src/c.ts', lines: [1, 2] },
      ]}
      tools={[read, passages]}
    />,
  );
  const chips = [...shown.container.querySelectorAll('li')];
  await openAll(shown.container);
  expect(chips.map((chip) => chip.querySelector('pre')?.textContent ?? null)).toEqual([
    '3\tline 3\n4\tline 4\n5\tline 5',
    '2\tline 2',
    null,
  ]);
});

test('A6: lines that are cited twice are shown as one source', async () => {
  await using shown = await render(
    <SourceChips
      sources={[
        { path: 'src/a.ts', lines: [1, 2] },
        { path: 'src/a.ts', lines: [1, 2] },
      ]}
      tools={[]}
    />,
  );
  expect(shown.container.querySelectorAll('li')).toHaveLength(1);
});

test('K1: lines are read only when a source is unfolded, and not again for each frame', async () => {
  const { call, reads } = toolCall('read_file', 'src/a.ts', numbered(1, 400));
  const sources = Array.from({ length: 10 }, (_, n) => ({
    path: 'src/a.ts',
    lines: [n + 1, n + 5] as [number, number],
  }));
  const tools = [call];
  const frame = () => <SourceChips sources={sources} tools={tools} />;
  await using shown = await render(frame());
  expect(shown.container.querySelector('pre')).toBeNull();
  await openAll(shown.container);
  expect(shown.container.querySelectorAll('pre')).toHaveLength(10);
  const before = reads();
  await shown.show(frame());
  expect(reads()).toBe(before);
});

async function openAll(container: HTMLElement): Promise<void> {
  await act(async () => {
    for (const chip of container.querySelectorAll('details')) {
      chip.open = true;
      chip.dispatchEvent(new Event('toggle'));
    }
  });
}
