import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '@runtape/e2e';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** A separate PATH with real programs in place of installed ones. */
let folder: string;
let options: { env: NodeJS.ProcessEnv; system: string; playwrightPath: string };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtape-find-chromium-'));
  await mkdir(join(folder, 'bin'));
  options = {
    env: { PATH: join(folder, 'bin'), XDG_CACHE_HOME: join(folder, 'cache') },
    system: 'linux-arm64',
    playwrightPath: join(folder, 'playwright'),
  };
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function add(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

const says = (version: string) => `echo "Chromium ${version} built on something"`;

test('CHROMIUM_PATH comes first', async () => {
  await add('bin/chromium', says('150.0.0.1'));
  const path = await add('mine', says('151.0.0.1'));
  const env = { ...options.env, CHROMIUM_PATH: path };
  expect(await findChromium({ ...options, env })).toEqual({
    path,
    version: '151.0.0.1',
    reason: 'CHROMIUM_PATH',
  });
});

test('a CHROMIUM_PATH that does not run is an error, never skipped', async () => {
  await add('bin/chromium', says('150.0.0.1'));
  const env = { ...options.env, CHROMIUM_PATH: join(folder, 'nothing-here') };
  await expect(findChromium({ ...options, env })).rejects.toMatchObject({
    name: 'E2eToolingError',
    code: 'browser_unusable',
  });
});

test('an installed one precedes that of Playwright, and one that does not run is skipped', async () => {
  const playwright = await add('playwright', says('149.0.0.1'));
  expect(await findChromium(options)).toMatchObject({
    path: playwright,
    reason: 'installed by Playwright',
  });
  await add('bin/chromium-browser', 'echo "requires the chromium snap to be installed"; exit 1');
  expect(await findChromium(options)).toMatchObject({ path: playwright });
  const chrome = await add('bin/google-chrome', says('148.0.0.1'));
  expect(await findChromium(options)).toMatchObject({ path: chrome, reason: 'installed' });
});

test('a platform without a bundled one: the error says what to do', async () => {
  const error = await findChromium(options).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'E2eToolingError', code: 'browser_not_found' });
  expect(String(error)).toContain('Install Chromium or Chrome, or set CHROMIUM_PATH');
});
