import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { AttackedServer } from './attacked-server.ts';

const POLL_MS = 200;
const END_WITHIN_MS = 60_000;
const viewSchema = z.object({ status: z.string() });

/** Waits up to a minute for the end of a workflow. @returns its status, for the table. */
export async function waitForEnd(
  attacked: AttackedServer,
  workflowId: string | null,
): Promise<string> {
  if (workflowId === null) return 'refused';
  const input = encodeURIComponent(JSON.stringify({ json: { workflowId } }));
  const until = performance.now() + attacked.sized(END_WITHIN_MS);
  for (;;) {
    const response = await fetch(`${attacked.url}/trpc/workflow.info?input=${input}`);
    const { status } = answerSchema.parse(await response.json()).result.data.json;
    const hasEnded = ['completed', 'failed', 'cancelled'].includes(status);
    if (hasEnded || performance.now() > until) return status;
    await delay(POLL_MS);
  }
}

const answerSchema = z.object({ result: z.object({ data: z.object({ json: viewSchema }) }) });
