import { access, chmod, constants, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { E2eToolingError } from '../e2e-tooling-error.ts';
import { keepInCache } from '../keep-in-cache.ts';
import { runCommand } from '../processes/run-command.ts';

const PROGRAM = 'run-chromium';

/**
 * Unpacks the Chromium of `@sparticuz/chromium` into the user's cache folder, once for each
 * version.
 *
 * @returns the path of a small script that runs it with the libraries and fonts that came with it.
 * @throws {E2eToolingError} `browser_unusable` if it cannot be unpacked, `cache_not_writable`.
 */
export async function installBundledChromium(env: NodeJS.ProcessEnv): Promise<string> {
  const root = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..');
  const manifest = await readFile(join(root, 'package.json'), 'utf8');
  const version = /"version": "([^"]+)"/.exec(manifest)?.[1] ?? '';
  const folder = await keepInCache({
    name: `chromium-${version}`,
    env,
    isUsable: (target) => isExecutable(join(target, PROGRAM)),
    async make(target) {
      await unpack(join(root, 'bin'), target, env);
      await writeProgram(target);
    },
  });
  return join(folder, PROGRAM);
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** In a separate process, because the package always unpacks into the temporary folder. */
async function unpack(archives: string, target: string, env: NodeJS.ProcessEnv): Promise<void> {
  const script = fileURLToPath(new URL('./unpack-bundled-chromium.ts', import.meta.url));
  const { ok, output } = await runCommand(process.execPath, [script, archives], {
    env: { ...env, TMPDIR: target },
    timeout: 120_000,
  });
  if (ok) return;
  throw new E2eToolingError(
    'browser_unusable',
    `The Chromium of @sparticuz/chromium could not be unpacked. Install Chromium, or set CHROMIUM_PATH to one.\n${output.slice(-2_000)}`,
  );
}

/** A script rather than an environment variable, so that a browser is always just a path. */
async function writeProgram(folder: string): Promise<void> {
  const program = join(folder, PROGRAM);
  await writeFile(
    join(folder, 'fonts.conf'),
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts/fonts</dir>
</fontconfig>
`,
  );
  await writeFile(
    program,
    `#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/al2023/lib"
export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/chromium" "$@"
`,
  );
  await chmod(program, 0o755);
}
