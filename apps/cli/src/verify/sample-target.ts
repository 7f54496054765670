import { CheckFailure } from './check.ts';
import type { Probe } from './probe.ts';

/**
 * Returns the first sample of the server.
 * @throws CheckFailure when it has none; RuntapeClientError.
 */
export async function sampleTarget({ client }: Probe): Promise<{ kind: 'sample'; name: string }> {
  const [sample] = await client.samples();
  if (sample !== undefined) return { kind: 'sample', name: sample.name };
  throw new CheckFailure({
    expected: 'a server with samples to work on',
    came: 'none',
    advice: 'Use a server that was started with "npx pnpm start".',
  });
}
