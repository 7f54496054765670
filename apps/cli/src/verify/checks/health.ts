import { z } from 'zod';
import type { Check } from '../check.ts';
import { readAnswer } from '../read-answer.ts';

const schema = z.object({ status: z.literal('ok'), version: z.string().min(1) });

export const health: Check = {
  name: 'health',
  title: 'the server answers',
  run: async ({ ask }) => {
    const { version } = await readAnswer(await ask('/api/health'), schema, {
      what: 'a server that is ready',
    });
    return `version ${version}`;
  },
};
