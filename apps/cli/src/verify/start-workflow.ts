import { workflowIdSchema } from '@runtape/events';
import { z } from 'zod';
import { CheckFailure } from './check.ts';
import type { Probe } from './probe.ts';
import { jsonRequest, readResponse } from './read-response.ts';

const schema = z.object({ workflowId: workflowIdSchema, created: z.boolean() });

/**
 * Starts a comment on the first sample of the server.
 * @throws CheckFailure when it has no sample, or the start fails; RuntapeClientError.
 */
export async function startWorkflow(
  { client, request, cleanUp }: Probe,
  options: { readonly threadId?: string; readonly headers?: Record<string, string> } = {},
): Promise<z.output<typeof schema>> {
  const { headers, ...thread } = options;
  const [sample] = await client.samples();
  if (sample === undefined) {
    throw new CheckFailure({
      expected: 'a server with samples',
      actual: 'none',
      advice: 'Use a server that was started with "npx pnpm start".',
    });
  }
  const input = { target: { kind: 'sample', name: sample.name } };
  const body = { workflow: 'commentOnIssue', input, ...thread };
  const response = await request('/api/workflows', jsonRequest(body, headers));
  const expected = { status: [200, 201], what: 'a started workflow' };
  const started = await readResponse(response, schema, expected);
  cleanUp(started.workflowId);
  return started;
}
