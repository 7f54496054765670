import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';

/** One import of one source file. */
export interface Import {
  /** The importing file, relative to the root. */
  readonly from: string;
  /** As written in the source. */
  readonly specifier: string;
  /**
   * The imported file relative to the root, or the specifier of a package outside the workspace.
   */
  readonly to: string;
  readonly typeOnly: boolean;
  /** `import()`: loaded when that call runs, not with the file. */
  readonly isDynamic: boolean;
  /** A module of Node itself. */
  readonly isCore: boolean;
}

/**
 * Reads every import of every source file (not tests) of the packages and apps.
 * @throws Error if almost nothing was read, because the cruiser once passed without checking
 *    anything.
 */
export async function readImportGraph(root: string): Promise<readonly Import[]> {
  const { output } = await cruise(['packages', 'apps'], {
    baseDir: root,
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: join(root, 'tsconfig.json') },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|/test/)' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'] },
  });
  const { modules } = parseResult(output);
  const imports = modules.flatMap(({ source, dependencies }) =>
    dependencies.map((dependency) => ({
      from: source,
      specifier: dependency.module,
      to: dependency.resolved,
      typeOnly: dependency.dependencyTypes.includes('type-only'),
      isDynamic: dependency.dynamic,
      isCore: dependency.dependencyTypes.includes('core'),
    })),
  );
  if (imports.length < 100) {
    throw new Error(`Only ${imports.length} imports were read: the import check does not work.`);
  }
  return imports;
}

function parseResult(output: string | ICruiseResult): ICruiseResult {
  if (typeof output === 'string') throw new Error('dependency-cruiser answered with text.');
  return output;
}
