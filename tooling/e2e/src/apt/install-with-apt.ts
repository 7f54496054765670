import { E2eToolingError } from '../e2e-tooling-error.ts';
import { runCommand } from '../processes/run-command.ts';
import type { AptProgram } from './apt-program.ts';

const TIMEOUT = 300_000;

/**
 * A single script, so that everything runs under one lock: a run that waited finds the work done.
 * The lock is on apt-get's own file, which every run sees; the kernel releases the lock of a dead
 * process. The package must not start a service: RUNLEVEL (System V) and SYSTEMD_OFFLINE (systemd)
 * prevent that during installation, and `update-rc.d` at the next boot.
 */
const SCRIPT = `
set -e
if command -v "$1" >/dev/null; then exit 0; fi
install() { apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$1"; }
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 SYSTEMD_OFFLINE=1
install "$1" || { apt-get update && install "$1"; }
update-rc.d "$1" disable
`;

/**
 * Installs a server of Debian or Ubuntu for the whole system, without starting its service.
 * Package lists that are missing or too old are fetched first.
 *
 * @param aptGet absolute path of apt-get.
 * @throws {E2eToolingError} `install_failed`, with the end of apt-get's output.
 */
export async function installWithApt(
  { name, advice }: AptProgram,
  aptGet: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const result = await runCommand('flock', [aptGet, 'sh', '-c', SCRIPT, 'sh', name], {
    env,
    timeout: TIMEOUT,
  });
  if (result.ok) return;
  throw new E2eToolingError(
    'install_failed',
    `apt-get could not install ${name}. ${advice}\n${result.output.slice(-2000)}`,
  );
}
