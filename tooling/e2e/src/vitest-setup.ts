import type { TestProject } from 'vitest/node';
import { findChromium } from './browser/find-chromium.ts';
import { longTests } from './long-tests.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** For `launchBrowser`. */
    chromiumPath: string;
  }
}

/**
 * Vitest global setup: finds or downloads a Chromium once per run, and reports how many long test
 * files the run skips.
 */
export async function setup(project: TestProject): Promise<void> {
  const { path, version, reason } = await findChromium();
  console.error(`Chromium for the tests: ${path} ${version} (${reason})`);
  project.provide('chromiumPath', path);
  const skipped = longTests.filter((file) => project.config.exclude.includes(file));
  if (skipped.length === 0) return;
  console.error(`${skipped.length} long test files are left out. With CI=true they run as well.`);
}
