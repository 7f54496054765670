import { z } from 'zod';
import { pause } from '../pause.ts';

/** A frozen server does not respond; a repeated request is harmless. */
const ANSWER_WITHIN_MS = 4_000;
/** No fault is injected yet. */
const SAMPLES_WITHIN_MS = 60_000;
const REPEAT_AFTER_MS = 200;

const startedSchema = z.object({
  result: z.object({ data: z.object({ json: z.object({ workflowId: z.string() }) }) }),
});
const samplesSchema = z.object({
  result: z.object({ data: z.object({ json: z.array(z.object({ name: z.string() })) }) }),
});

/** A final refusal by the server. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** The workflow does not exist. */
  readonly isUnknown: boolean;

  constructor(message: string, { isUnknown }: { readonly isUnknown: boolean }) {
    super(message);
    this.isUnknown = isUnknown;
  }
}

/**
 * Starts a workflow on a sample.
 * @throws Refused; any other error may be temporary, and the workflow may have been started.
 */
export async function startComment(
  server: string,
  { sample, key }: { readonly sample: string; readonly key: string },
): Promise<string> {
  const target = { kind: 'sample', name: sample };
  const answer = await post(server, 'startComment', { target, idempotencyKey: key });
  return startedSchema.parse(answer).result.data.json.workflowId;
}

const writtenSchema = z.object({ workflowId: z.string() });

/** Starts a workflow of the test harness. @throws as `startComment`. */
export async function startWriting(
  writer: string,
  { key }: { readonly key: string },
): Promise<string> {
  const url = new URL(`/?key=${encodeURIComponent(key)}`, writer);
  return writtenSchema.parse(await request(url, { method: 'POST' })).workflowId;
}

/** Requests the cancellation, a pause, or the end of a pause. @throws as `startComment`. */
export async function commandWorkflow(
  server: string,
  command: 'cancelWorkflow' | 'pauseWorkflow' | 'resumeWorkflow',
  workflowId: string,
): Promise<void> {
  const reason = command === 'cancelWorkflow' ? { reason: 'enough' } : {};
  await post(server, command, { workflowId, ...reason });
}

/** The names of the samples, from any server. @throws if none responds in time. */
export async function sampleNames(servers: readonly string[]): Promise<readonly string[]> {
  for (
    const signal = AbortSignal.timeout(SAMPLES_WITHIN_MS);
    ;
    await pause(REPEAT_AFTER_MS, signal)
  ) {
    const requests = servers.map((server) => fetchSampleNames(server));
    try {
      return await Promise.any(requests);
    } catch (error) {
      if (signal.aborted) throw error;
    }
  }
}

async function fetchSampleNames(server: string): Promise<readonly string[]> {
  const response = await fetch(new URL('/trpc/samples', server), {
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const { result } = samplesSchema.parse(await response.json());
  return result.data.json.map(({ name }) => name);
}

async function post(server: string, procedure: string, input: unknown): Promise<unknown> {
  return await request(new URL(`/trpc/${procedure}`, server), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ json: input }),
  });
}

async function request(url: URL, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  const body = await response.text();
  if (response.ok) return JSON.parse(body);
  const message = `${url.pathname}: HTTP ${response.status} ${body.slice(0, 300)}`;
  if (response.status >= 500) throw new Error(message);
  throw new Refused(message, { isUnknown: response.status === 404 });
}
