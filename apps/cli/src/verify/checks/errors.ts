import { z } from 'zod';
import { type Check, CheckFailure } from '../check.ts';
import { describeResponse, parseJson } from '../read-response.ts';

const UNKNOWN = '/api/workflows/wf_00000000000000000000';
const MORE_THAN_2_MB = 2 * 1024 * 1024 + 1;

const schema = z.object({
  error: z.object({ code: z.string(), message: z.string().min(1), docs: z.string().min(1) }),
});

interface BadRequest {
  readonly path: string;
  readonly init?: RequestInit;
  readonly status: number;
  readonly code: string;
}

function post(body: string, type = 'application/json'): RequestInit {
  return { method: 'POST', headers: { 'Content-Type': type }, body };
}

function badRequests(workflowId: string): readonly BadRequest[] {
  const events = `/api/workflows/${workflowId}/events`;
  const start = '/api/workflows';
  const large = post(' '.repeat(MORE_THAN_2_MB));
  const text = post('{}', 'text/plain');
  return [
    { path: UNKNOWN, status: 404, code: 'unknown_workflow' },
    { path: `${UNKNOWN}/events`, status: 404, code: 'unknown_workflow' },
    { path: '/api/nothing-here', status: 404, code: 'unknown_route' },
    { path: `${events}?format=morse`, status: 400, code: 'invalid_input' },
    { path: `${events}?types=sparkle:added`, status: 400, code: 'invalid_input' },
    { path: `${events}?lastEventId=x`, status: 400, code: 'malformed_cursor' },
    { path: start, init: post('{"workflow":'), status: 400, code: 'invalid_input' },
    { path: start, init: text, status: 415, code: 'unsupported_media_type' },
    { path: start, init: large, status: 413, code: 'payload_too_large' },
  ];
}

export const errors: Check = {
  name: 'errors',
  title: 'errors are JSON: 404, 400, 413, 415',
  run: async ({ request, started }) => {
    const { workflowId } = await started;
    const requests = badRequests(workflowId);
    for (const { path, init, status, code } of requests) {
      const response = await request(path, init);
      const text = await response.text();
      // A proxy may have a lower limit and send its own message.
      if (status === 413 && response.status === 413) continue;
      const parsed = schema.safeParse(parseJson(text));
      if (response.status === status && parsed.data?.error.code === code) continue;
      throw new CheckFailure({
        expected: `${init?.method ?? 'GET'} ${path}: HTTP ${status} with the error ${code} as JSON`,
        actual: describeResponse(response, text),
        advice: 'Check whether a proxy replaces errors with its own pages.',
      });
    }
    return `${requests.length} error responses`;
  },
};
