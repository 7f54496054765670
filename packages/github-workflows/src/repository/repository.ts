import type { FileContent } from './file-text.ts';
import type { PathList } from './list-paths.ts';

/** A folder with code, restricted to the files that a model may see. */
export interface Repository extends PathList {
  /**
   * Reads a listed file.
   * @returns its first `maxBytes` bytes and whether that is all; `null` when it is not listed, or
   *    not a plain file within the folder any more.
   */
  read(path: string, maxBytes: number): Promise<FileContent | null>;
  /**
   * Reads several files at once, each as `read` does. @returns their contents in the same order.
   */
  readAll(paths: readonly string[], maxBytes: number): Promise<readonly (FileContent | null)[]>;
}
