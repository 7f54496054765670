import { randomUUID } from 'node:crypto';
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PREFIX = 'in-use-';
const RENEW_MS = 60_000;
/** A lease that was not renewed for this long belongs to a dead process. */
const EXPIRED_AFTER_MS = 10 * 60_000;

/** Marks a repository as in use for all processes that share the cache, until it is disposed. */
export type RepositoryLease = AsyncDisposable;

/**
 * Takes a lease on a repository, which need not exist yet.
 * @param name of the repository's folder, without a slash.
 * @throws system errors when the folder cannot be written.
 */
export async function leaseRepository(folder: string, name: string): Promise<RepositoryLease> {
  const file = join(folder, `${PREFIX}${randomUUID()}+${name}`);
  await writeFile(file, '');
  const renewing = setInterval(() => {
    const now = new Date();
    // The folder may have been deleted manually; its content is lost then, with or without a lease.
    utimes(file, now, now).catch(() => undefined);
  }, RENEW_MS);
  renewing.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(renewing);
      await rm(file, { force: true });
    },
  };
}

/** Finds the repositories in use by any process. Removes expired leases. */
export async function leasedNames(folder: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (const file of await readdir(folder)) {
    if (!isLease(file)) continue;
    if (await isExpired(join(folder, file))) await rm(join(folder, file), { force: true });
    else names.add(file.slice(file.indexOf('+') + 1));
  }
  return names;
}

/** Whether a file in a cache folder is a lease. */
export function isLease(file: string): boolean {
  return file.startsWith(PREFIX);
}

async function isExpired(file: string): Promise<boolean> {
  try {
    return (await stat(file)).mtimeMs < Date.now() - EXPIRED_AFTER_MS;
  } catch {
    // It was disposed in the meantime.
    return true;
  }
}
