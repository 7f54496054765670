import type { Browser } from 'playwright-core';

/** Other host names resolve to nothing, so a page under test reaches loopback only. */
const LOOPBACK_ONLY = 'MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]';

/** The time limit of every page operation: a busy machine must not fail a test. */
const TIMEOUT_MS = 90_000;

interface LaunchBrowserOptions {
  /**
   * Additional names for this machine: to a browser, a page under one of them is from another site.
   */
  readonly loopbackNames?: readonly string[];
}

/**
 * Starts a headless Chromium that reaches nothing but this machine. `await using` closes it.
 *
 * @param chromiumPath in a test of the project `e2e`: `inject('chromiumPath')`.
 */
export async function launchBrowser(
  chromiumPath: string,
  { loopbackNames = [] }: LaunchBrowserOptions = {},
): Promise<Browser> {
  const rules = [...loopbackNames.map((name) => `MAP ${name} 127.0.0.1`), LOOPBACK_ONLY];
  // Imported here, so that tests that only drive processes do not wait for it.
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      // Containers limit /dev/shm to 64 MB, which crashes pages.
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      `--host-resolver-rules=${rules.join(', ')}`,
    ],
  });
  browser.on('context', (context) => context.setDefaultTimeout(TIMEOUT_MS));
  return browser;
}
