import { E2eToolingError } from '../e2e-tooling-error.ts';
import { findOnPath } from '../processes/find-on-path.ts';
import { runCommand } from '../processes/run-command.ts';
import { installBundledChromium } from './install-bundled-chromium.ts';

const ON_PATH = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_APPS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export interface ChromiumBinary {
  /** Absolute path of a program that takes Chromium's arguments. */
  readonly path: string;
  readonly version: string;
  /** The reason for this choice, worded to follow the path. */
  readonly reason: string;
}

export interface FindChromiumOptions {
  /** Default: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /**
   * Platform and architecture as Node names them, such as `linux-x64`. Default: those of this
   * process.
   */
  readonly system?: string;
  /** The path of Playwright's own Chromium. Default: asks Playwright. */
  readonly playwrightPath?: string;
}

/**
 * Finds a Chromium: `CHROMIUM_PATH`, then an installed Chromium or Chrome, then Playwright's, then
 * the one of `@sparticuz/chromium` (Linux on x64), unpacked into the user's cache folder. One that
 * does not run (such as Ubuntu's placeholder for a snap) is skipped, unless `CHROMIUM_PATH` names
 * it.
 *
 * @throws {E2eToolingError} `browser_unusable` if the one that `CHROMIUM_PATH` names does not run,
 *   `browser_not_found`, `cache_not_writable`.
 */
export async function findChromium(options: FindChromiumOptions = {}): Promise<ChromiumBinary> {
  const env = options.env ?? process.env;
  const named = env['CHROMIUM_PATH'];
  if (named) {
    const found = await tryToRun(named, 'CHROMIUM_PATH', env);
    if (found) return found;
    const advice = 'Correct it, or unset it to have one found.';
    throw new E2eToolingError('browser_unusable', `CHROMIUM_PATH=${named} does not run. ${advice}`);
  }
  const system = options.system ?? `${process.platform}-${process.arch}`;
  const playwrightPath = options.playwrightPath ?? (await askPlaywright());
  const found =
    (await firstInstalled(system, env)) ??
    (await tryToRun(playwrightPath, 'installed by Playwright', env));
  if (found) return found;
  if (system !== 'linux-x64') throw notFound('and none can be brought for this platform');

  const bundled = await installBundledChromium(env);
  const brought = await tryToRun(bundled, 'from @sparticuz/chromium, none is installed', env);
  if (brought) return brought;
  throw notFound('and the one of @sparticuz/chromium does not run here');
}

async function firstInstalled(
  system: string,
  env: NodeJS.ProcessEnv,
): Promise<ChromiumBinary | undefined> {
  const onPath = await Promise.all(ON_PATH.map((name) => findOnPath(name, env)));
  const apps = system.startsWith('darwin') ? MAC_APPS : [];
  for (const path of [...onPath, ...apps]) {
    const found = path && (await tryToRun(path, 'installed', env));
    if (found) return found;
  }
  return undefined;
}

async function tryToRun(
  path: string,
  reason: string,
  env: NodeJS.ProcessEnv,
): Promise<ChromiumBinary | undefined> {
  const { stdout } = await runCommand(path, ['--version'], { env, timeout: 60_000 });
  const version = /\b\d+(\.\d+){3}\b/.exec(stdout)?.[0];
  return version !== undefined ? { path, version, reason } : undefined;
}

/** Imported only when needed, because the import takes longer than the search. */
async function askPlaywright(): Promise<string> {
  const { chromium } = await import('playwright-core');
  return chromium.executablePath();
}

function notFound(why: string): E2eToolingError {
  const advice = 'Install Chromium or Chrome, or set CHROMIUM_PATH to one.';
  return new E2eToolingError(
    'browser_not_found',
    `The end-to-end tests need Chromium: none is installed, ${why}. ${advice}`,
  );
}
