import type { PartState, WorkflowSnapshot } from '@runtape/events';
import { initialState } from '@runtape/workflow-state';
import { expect, test } from 'vitest';
import { Thoughts } from '../src/workflow/thoughts.tsx';
import { render } from './render.tsx';

const part = (name: string, text: string, isComplete = true): PartState => ({
  part: name,
  text,
  isComplete,
});
const withParts = (...parts: PartState[]): WorkflowSnapshot => ({
  ...initialState('wf_0123456789abcdef'),
  status: 'running',
  parts,
});

test('K3: thoughts are folded and shown as plain text, apart from the draft', async () => {
  const workflow = withParts(
    part('thinking-1', '<b>Hm.</b> @someone'),
    part('draft', 'The draft.'),
    part('thinking-writer-1', 'So it is.'),
  );
  await using at = await render(<Thoughts workflow={workflow} />);
  const details = at.container.querySelector('details');
  expect(details?.open).toBe(false);
  expect(details?.querySelector('summary')?.textContent).toBe('Thoughts · 2');
  expect([...at.container.querySelectorAll('li')].map((item) => item.textContent)).toEqual([
    '<b>Hm.</b> @someone',
    'So it is.',
  ]);
  expect(at.container.querySelector('b')).toBeNull();
});

test('K3: shows that the model is thinking, and nothing if it had no thoughts', async () => {
  await using at = await render(<Thoughts workflow={withParts(part('thinking-1', 'Hm', false))} />);
  expect(at.container.querySelector('summary')?.textContent).toBe('Thinking …');
  await at.show(<Thoughts workflow={withParts(part('draft', 'x'), part('thinking-1', ' '))} />);
  expect(at.container.innerHTML).toBe('');
});
