import { TERMINAL_TYPES } from '@runtape/events';
import { type Check, CheckFailure } from '../check.ts';
import { readNative } from './sse-native.ts';
import { expectStream, readStream } from '../read-stream.ts';

const asked = ['status', 'step:started'];
/** The end comes always. */
const kept: ReadonlySet<string> = new Set([...asked, ...TERMINAL_TYPES]);

export const sseTypes: Check = {
  name: 'sse-types',
  title: 'plain stream, some types only',
  run: async ({ started, ended, ask }) => {
    const { workflowId } = await started;
    const { entries } = await ended;
    const response = await ask(`/api/workflows/${workflowId}/events?types=${asked.join(',')}`);
    await expectStream(response);
    const told: string[] = [];
    for await (const { event = '', data, id = '' } of readStream(response)) {
      if (data !== undefined) told.push(readNative({ event, data, id }).id);
    }
    const wanted = entries.filter(({ message }) => kept.has(message.type)).map(({ id }) => id);
    if (told.join() === wanted.join()) return `${told.length} of ${entries.length} events`;
    throw new CheckFailure({
      expected: `the events ${wanted.join(', ')}`,
      came: told.join(', '),
      advice: 'Does the query of the URL get through to the server, and is nothing cached?',
    });
  },
};
