import type { TestProject } from 'vitest/node';
import { buildPage } from '../src/build/build-page.ts';

/** Vitest global setup: builds the page once. Otherwise every server that starts first would. */
export async function setup({ vitest }: TestProject): Promise<void> {
  await buildPage({ onProgress: (message) => vitest.logger.log(message) });
}
