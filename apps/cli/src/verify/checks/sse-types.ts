import { TERMINAL_TYPES } from '@runtape/events';
import { type Check, CheckFailure } from '../check.ts';
import { readNative } from './sse-native.ts';
import { expectStream, readStream } from '../read-stream.ts';

const asked = ['status', 'step:started'];
/** The terminal event is always sent. */
const kept: ReadonlySet<string> = new Set([...asked, ...TERMINAL_TYPES]);

export const sseTypes: Check = {
  name: 'sse-types',
  title: 'plain stream, some types only',
  run: async ({ started, ended, ask }) => {
    const { workflowId } = await started;
    const { entries } = await ended;
    const response = await ask(`/api/workflows/${workflowId}/events?types=${asked.join(',')}`);
    await expectStream(response);
    const received: string[] = [];
    for await (const { event = '', data, id = '' } of readStream(response)) {
      if (data !== undefined) received.push(readNative({ event, data, id }).id);
    }
    const wanted = entries.filter(({ message }) => kept.has(message.type)).map(({ id }) => id);
    if (received.join() === wanted.join()) return `${received.length} of ${entries.length} events`;
    throw new CheckFailure({
      expected: `the events ${wanted.join(', ')}`,
      came: received.join(', '),
      advice: 'Check that the query of the URL reaches the server, and that nothing is cached.',
    });
  },
};
