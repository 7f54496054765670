import { createMemoryEventLog } from '@runtape/event-log/memory';
import { newWorkflowId } from '@runtape/engine';
import { expect, test, vi } from 'vitest';
import { CommandWatch } from '../src/commands/watch-commands.ts';

test('F4: a subscription that is never established blocks nothing, and a cancel still arrives', async () => {
  await using log = createMemoryEventLog();
  const workflowId = newWorkflowId();
  const summary = { title: 't', target: 't' };
  await log.create({ workflowId, workflow: 'test', input: null, summary });
  const ended = new AbortController();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  ended.signal.addEventListener('abort', () => reject(ended.signal.reason));
  const onCommands = vi.fn<(commands: readonly { type: string }[]) => void>();
  const onError = vi.fn<(error: unknown) => void>();
  const commands = new CommandWatch({
    log: { commands: (id, range) => log.commands(id, range), watchCommands: () => aborted },
    workflowId,
    signal: ended.signal,
    onCommands,
    onError,
  });
  const running = commands.run();
  await commands.readCommands();
  await log.command(workflowId, { type: 'cancel' });
  await vi.waitFor(() => expect(onCommands).toHaveBeenCalledWith([{ type: 'cancel' }]));
  ended.abort();
  await running;
  expect(onError).not.toHaveBeenCalled();
});
