import { RuntapeError } from './errors.ts';

/** The first version with `node:sqlite` and everything else that Runtape uses. */
const MAJOR = 22;
const MINOR = 13;

/**
 * @param version such as `22.13.0`. Default: that of this process; other runtimes may have none.
 * @throws RuntapeError `node_too_old`.
 */
export function checkNode(version = globalThis.process?.versions?.node): void {
  if (version === undefined) return;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > MAJOR || (major === MAJOR && minor >= MINOR)) return;
  throw new RuntapeError(
    'node_too_old',
    `Runtape needs Node ${MAJOR}.${MINOR} or later, and this is Node ${version}. Install a newer one from https://nodejs.org.`,
  );
}
