import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/**
 * Checks what is wrong with a packed package, for whoever imports it as ESM.
 * @param file the tarball.
 * @returns one line for each problem.
 */
export async function checkTarball(file: string): Promise<readonly string[]> {
  const bytes = new Uint8Array(readFileSync(file));
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  const lines = messages.map((message) => formatMessage(message, pkg) ?? message.code);
  const checked = await checkPackage(createPackageFromTarballData(bytes));
  if (!checked.types) return [...lines, 'The package has no types.'];
  // All packages are ESM only: `require` in older versions of Node, and resolution without
  // `exports`, do not find them.
  const problems = checked.problems.filter(
    (problem) =>
      problem.kind !== 'CJSResolvesToESM' &&
      !('resolutionKind' in problem && problem.resolutionKind === 'node10'),
  );
  return [...lines, ...problems.map((problem) => JSON.stringify(problem))];
}
