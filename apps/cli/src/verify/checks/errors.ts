import { z } from 'zod';
import { type Check, CheckFailure } from '../check.ts';
import { describeAnswer, parseJson } from '../read-answer.ts';

const NOBODY = '/api/workflows/wf_00000000000000000000';
const MORE_THAN_2_MB = 2 * 1024 * 1024 + 1;

const schema = z.object({
  error: z.object({ code: z.string(), message: z.string().min(1), docs: z.string().min(1) }),
});

interface Wrong {
  readonly path: string;
  readonly init?: RequestInit;
  readonly status: number;
  readonly code: string;
}

function post(body: string, type = 'application/json'): RequestInit {
  return { method: 'POST', headers: { 'Content-Type': type }, body };
}

function whatIsWrong(workflowId: string): readonly Wrong[] {
  const events = `/api/workflows/${workflowId}/events`;
  const start = '/api/workflows';
  return [
    { path: NOBODY, status: 404, code: 'unknown_workflow' },
    { path: `${NOBODY}/events`, status: 404, code: 'unknown_workflow' },
    { path: '/api/nothing-here', status: 404, code: 'unknown_route' },
    { path: `${events}?format=morse`, status: 400, code: 'invalid_input' },
    { path: `${events}?types=sparkle`, status: 400, code: 'invalid_input' },
    { path: `${events}?lastEventId=x`, status: 400, code: 'malformed_cursor' },
    { path: start, init: post('{"workflow":'), status: 400, code: 'invalid_input' },
    {
      path: start,
      init: post('{}', 'text/plain'),
      status: 415,
      code: 'unsupported_media_type',
    },
    {
      path: start,
      init: post(' '.repeat(MORE_THAN_2_MB)),
      status: 413,
      code: 'payload_too_large',
    },
  ];
}

export const errors: Check = {
  name: 'errors',
  title: 'errors come as JSON: 404, 400, 413, 415',
  run: async ({ ask, started }) => {
    const { workflowId } = await started;
    const wrong = whatIsWrong(workflowId);
    for (const { path, init, status, code } of wrong) {
      const answer = await ask(path, init);
      const text = await answer.text();
      // A proxy may have a lower limit and send its own message.
      if (status === 413 && answer.status === 413) continue;
      const parsed = schema.safeParse(parseJson(text));
      if (answer.status === status && parsed.success && parsed.data.error.code === code) continue;
      throw new CheckFailure({
        expected: `${init?.method ?? 'GET'} ${path}: HTTP ${status} with the error ${code} as JSON`,
        came: describeAnswer(answer, text),
        advice: 'Check whether a proxy replaces errors by pages of its own.',
      });
    }
    return `${wrong.length} refusals`;
  },
};
