import type { StatusLine, WorkflowSnapshot, WorkflowStatus } from '@runtape/events';
import { formatEventId } from '@runtape/events';
import { initialState } from '@runtape/workflow-state';
import { expect, test } from 'vitest';
import { Stages } from '../src/ask/stages.tsx';
import { render } from './render.tsx';

const line = (seq: number, stage: string, message: string, progress?: number): StatusLine => ({
  id: formatEventId({ incarnation: 'k3v9x2ab', seq }),
  at: new Date(seq * 1000).toISOString(),
  stage,
  message,
  ...(progress !== undefined && { progress }),
});

const indexing = [
  line(1, 'opening', 'Opening.'),
  line(2, 'indexing', 'Indexing 9 files.', 0),
  line(3, 'indexing', 'Indexing: 4 of 9 files.', 0.4),
];

const stages = (status: WorkflowStatus, statuses: StatusLine[] = indexing) => {
  const workflow: WorkflowSnapshot = { ...initialState('wf_0123456789abcdef'), status, statuses };
  return <Stages workflow={workflow} hasText={false} />;
};

const shown = (container: HTMLElement) =>
  [...container.querySelectorAll('li')].map((item) => [
    item.querySelector('svg')?.getAttribute('aria-label'),
    item.textContent,
  ]);

test('D3, E8: a stage that reports progress is listed once, with its latest message', async () => {
  await using at = await render(stages('running'));
  expect(shown(at.container)).toEqual([
    ['done', 'Opening.'],
    ['running', 'Indexing: 4 of 9 files.'],
  ]);
  expect(at.container.querySelector('progress')?.value).toBe(0.4);
  await at.show(stages('running', [...indexing, line(4, 'answering', 'Answering.')]));
  expect(at.container.querySelector('progress')).toBeNull();
});

test.each([
  ['failed', 'failed'],
  ['cancelled', 'stopped'],
  ['paused', 'paused'],
  ['completed', 'done'],
] as const)('D4, E8: the last stage of a workflow that is %s is %s', async (status, sign) => {
  await using at = await render(stages(status));
  expect(shown(at.container).at(-1)?.[0]).toBe(sign);
  const isOpen = status === 'paused';
  expect(at.container.querySelectorAll('progress').length).toBe(isOpen ? 1 : 0);
});
