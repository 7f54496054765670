import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@runtape/e2e';
import { findNginx } from '@runtape/nginx';
import { expect, test } from 'vitest';

test('C3: the nginx on PATH is used', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'nginx');
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  expect(await findNginx({ PATH: folder.path })).toBe(path);
});
