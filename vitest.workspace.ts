import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { longTestsToSkip } from './tooling/e2e/src/long-tests.ts';
import { LongestFirst } from './tooling/e2e/src/longest-first.ts';

/** Test kinds by file ending; each project has only the set-up its kind needs. */
const special = [
  '**/*.redis.test.ts',
  '**/*.e2e.test.ts',
  '**/*.faults.test.ts',
  '**/node_modules/**',
];

/** Of `vitest run --config vitest.workspace.ts …`, what follows. */
const args = process.argv.slice(process.argv.indexOf('--config') + 2);
const isCi = process.env['CI'] === 'true';
const skipped = longTestsToSkip(args, isCi);

/**
 * The fault harness runs at the end: it measures how soon something happens, so it needs a machine
 * that is not busy. It uses two thirds of a core, for minutes in CI. There the tests that start few
 * programs and no browser use the rest, at a lower priority.
 */
const FAULTS = { sequence: { groupOrder: 1 }, maxWorkers: isCi ? availableParallelism() + 1 : 1 };
const BESIDE_FAULTS = isCi ? FAULTS : {};

/** What `tooling/react-18` depends on, in place of the React that everything else has. */
const of18 = createRequire(new URL('tooling/react-18/package.json', import.meta.url));
const react18 = [
  'react',
  'react/jsx-runtime',
  'react/jsx-dev-runtime',
  'react-dom',
  'react-dom/client',
  '@tanstack/react-query',
].map((name) => ({ find: new RegExp(`^${name}$`), replacement: of18.resolve(name) }));

/**
 * How long a test waits for one thing. Far above what anything takes: a machine busy with something
 * else must not fail a test.
 */
const PATIENCE_MS = 60_000;
/** A test waits for several things, one after the other, or tries hundreds of drawn cases. */
const TEST_MS = 5 * PATIENCE_MS;
/** And for many with a browser and processes. */
const E2E_TEST_MS = 2 * TEST_MS;

export default defineConfig({
  test: {
    testTimeout: TEST_MS,
    hookTimeout: TEST_MS,
    setupFiles: ['./tooling/e2e/src/patient-waits.ts', './tooling/e2e/src/property-seed.ts'],
    expect: { poll: { timeout: PATIENCE_MS } },
    // Tests wait for processes, browsers and time that passes: one more than there are cores left a
    // quarter of them idle.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{packages,apps,tooling}/*/test/**/*.test.ts'],
          exclude: [...special, 'tooling/boundaries/**'],
          setupFiles: ['./tooling/e2e/src/low-priority.ts'],
          ...BESIDE_FAULTS,
          typecheck: {
            enabled: true,
            checker: 'tsc',
            include: ['packages/*/test/**/*.test-d.{ts,tsx}'],
            tsconfig: './tooling/typescript/tsconfig.type-tests.json',
          },
        },
      },
      {
        test: {
          name: 'boundaries',
          environment: 'node',
          include: ['tooling/boundaries/test/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'redis',
          environment: 'node',
          include: ['{packages,apps,tooling}/*/test/**/*.redis.test.ts'],
          exclude: ['**/node_modules/**', ...skipped],
          globalSetup: ['./tooling/redis/src/vitest-setup.ts'],
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['{packages,apps,tooling}/*/test/**/*.e2e.test.ts'],
          exclude: ['**/node_modules/**', ...skipped],
          globalSetup: [
            './tooling/redis/src/vitest-setup.ts',
            './tooling/e2e/src/vitest-setup.ts',
            './apps/web/test/vitest-setup.ts',
          ],
          testTimeout: E2E_TEST_MS,
          hookTimeout: E2E_TEST_MS,
        },
      },
      {
        test: {
          name: 'faults',
          environment: 'node',
          include: ['tooling/faults/test/**/*.faults.test.ts'],
          exclude: ['**/node_modules/**', ...skipped],
          ...FAULTS,
          // The laws: three harnesses at a time keep one core busy.
          maxConcurrency: 3,
          testTimeout: E2E_TEST_MS,
        },
      },
      {
        plugins: [react()],
        resolve: { alias: react18 },
        test: {
          name: 'react-18',
          environment: 'happy-dom',
          include: ['packages/react/test/**/*.test.tsx'],
          env: { REACT_MAJOR: '18' },
          setupFiles: ['./tooling/e2e/src/low-priority.ts'],
          ...BESIDE_FAULTS,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'dom',
          environment: 'happy-dom',
          include: ['{packages,apps}/*/test/**/*.test.tsx'],
          setupFiles: ['./tooling/e2e/src/low-priority.ts'],
          ...BESIDE_FAULTS,
        },
      },
    ],
  },
});
