import { relative } from 'node:path';
import { BuildError } from './build-error.ts';
import { build } from './build.ts';
import { pack, tarballFolder } from './pack.ts';
import { release } from './release.ts';

const [command, ...folders] = process.argv.slice(2);
const isDryRun = folders.includes('--dry-run');
const report = (line: string): void => console.log(line);

try {
  if (command === 'build') await build(folders, report);
  else if (command === 'pack') report(summary(await pack(tarballFolder, report)));
  else if (command === 'release') await release(isDryRun, report);
  else throw new BuildError('no_such_command', 'Say what to do: build, pack or release.');
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function summary(packed: Awaited<ReturnType<typeof pack>>): string {
  const kilobytes = packed.reduce((sum, { bytes }) => sum + bytes, 0) / 1000;
  return `${packed.length} tarballs in ${relative('.', tarballFolder)}, ${Math.ceil(kilobytes)} kB.`;
}
