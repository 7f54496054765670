import { join } from 'node:path';
import { spawnProgram } from '@runtape/e2e';
import { expect, test } from 'vitest';
import { z } from 'zod';

/** Of a machine that does much else at the same time. On one that does not, an answer takes a tenth of this. */
const LIMIT_MS = 2000;
const main = join(import.meta.dirname, '../src/main.ts');
const outcomesSchema = z.array(
  z.object({ attack: z.string(), worstMs: z.number(), failed: z.number(), result: z.string() }),
);

test.each(['sqlite', 'redis'])(
  'K1: whatever one user sends, a server on %s goes on answering the others',
  async (store) => {
    await using program = spawnProgram(
      main,
      ['--store', store, '--json', '--limit-ms', String(LIMIT_MS)],
      { env: {} },
    );
    await program.exited;
    const outcomes = outcomesSchema.parse(JSON.parse(program.stdout));
    expect(outcomes.length).toBeGreaterThan(15);
    const isWrong = ({ worstMs, failed, result }: (typeof outcomes)[number]) =>
      worstMs > LIMIT_MS || failed > 0 || result.startsWith('failed');
    expect(outcomes.filter(isWrong)).toEqual([]);
  },
);
