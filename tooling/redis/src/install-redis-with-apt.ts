import { runCommand } from '@runtape/e2e';
import { RedisToolingError } from './redis-tooling-error.ts';

const TIMEOUT = 300_000;

/**
 * One script, so that everything is done under one lock: a run that waited finds the work done.
 * The lock is on apt-get's own file, which every run sees; the kernel frees that of a dead process.
 * The package must not bring a running service with it: RUNLEVEL (System V) and SYSTEMD_OFFLINE
 * (systemd) keep its installation from starting one, `update-rc.d` the next boot.
 */
const SCRIPT = `
set -e
if command -v redis-server >/dev/null; then exit 0; fi
install() { apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 redis-server; }
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 SYSTEMD_OFFLINE=1
install || { apt-get update && install; }
update-rc.d redis-server disable
`;

/**
 * Installs Debian's or Ubuntu's redis-server for the whole system, without starting its service.
 * Package lists that are missing or too old are fetched first.
 *
 * @param aptGet absolute path of apt-get.
 * @throws {RedisToolingError} `install_failed`, with the end of apt-get's output.
 */
export async function installRedisWithApt(aptGet: string, env: NodeJS.ProcessEnv): Promise<void> {
  const result = await runCommand('flock', [aptGet, 'sh', '-c', SCRIPT], {
    env,
    timeout: TIMEOUT,
  });
  if (result.ok) return;
  throw new RedisToolingError(
    'install_failed',
    `apt-get could not install redis-server. Install it, or set REDIS_SERVER_PATH to one.\n${result.output.slice(-2000)}`,
  );
}
