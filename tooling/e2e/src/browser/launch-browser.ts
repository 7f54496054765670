import type { Browser } from 'playwright-core';

/** Names other than this machine's resolve to nothing: a page under test reaches loopback only. */
const LOOPBACK_ONLY = 'MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]';

/**
 * How long a page may take for anything: a machine that is busy with something else must not fail a
 * test.
 */
const PATIENCE_MS = 90_000;

interface LaunchBrowserOptions {
  /**
   * Names that stand for this machine, beside its own: to a browser a page under one comes from
   * elsewhere.
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
  // Loaded here, so that tests that only drive processes do not wait for it.
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      // Containers give /dev/shm 64 MB, on which a page dies.
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      `--host-resolver-rules=${rules.join(', ')}`,
    ],
  });
  browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS));
  return browser;
}
