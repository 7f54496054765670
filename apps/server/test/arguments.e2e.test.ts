import { spawnServer, spawnWorker } from '@runtape/e2e';
import { expect, test } from 'vitest';

const programs = [
  { program: 'the server', spawn: spawnServer, says: ['npx pnpm@12 start', '127.0.0.1', '4310'] },
  { program: 'the worker', spawn: spawnWorker, says: ['npx pnpm@12 worker', 'listens on no port'] },
];

// An invalid setting: the program would fail if it read its settings.
const env = { PORT: 'x', WORKERS: 'x' };

test.for(programs)(
  'F8: --help of $program describes it and its settings, and starts nothing',
  async ({ spawn, says }) => {
    for (const flag of ['--help', '-h']) {
      await using helped = spawn(env, [flag]);
      expect(await helped.exited).toEqual({ code: 0, signal: null });
      for (const each of [...says, 'REDIS_URL', 'OPENAI_API_KEY', 'README.md, Configuration']) {
        expect(helped.stdout).toContain(each);
      }
      expect(helped.stderr).toBe('');
    }
  },
);

test.for(programs)(
  'F8: unknown arguments of $program are refused with a hint and exit code 2',
  async ({ spawn }) => {
    for (const [argument, refusal] of [
      ['--port=4000', "unknown option '--port=4000'"],
      ['4000', 'too many arguments'],
    ] as const) {
      await using refused = spawn(env, [argument]);
      expect(await refused.exited).toEqual({ code: 2, signal: null });
      expect(refused.stderr).toContain(refusal);
      expect(refused.stderr).toContain('Settings are environment variables; --help lists them.');
      expect(refused.stdout).toBe('');
    }
  },
);
