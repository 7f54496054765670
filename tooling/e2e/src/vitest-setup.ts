import type { TestProject } from 'vitest/node';
import { findChromium } from './browser/find-chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** For `launchBrowser`. */
    chromiumPath: string;
  }
}

/** Vitest global setup: finds or downloads a Chromium once per run. */
export async function setup(project: TestProject): Promise<void> {
  const { path, version, reason } = await findChromium();
  console.error(`Chromium for the tests: ${path} ${version} (${reason})`);
  project.provide('chromiumPath', path);
}
