import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface ScratchFolder extends AsyncDisposable {
  readonly path: string;
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
}

/** A folder for one test; removed when disposed of. */
export async function scratchFolder(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<ScratchFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'runtape-workflows-')));
  const write: ScratchFolder['write'] = async (content) => {
    for (const [name, text] of Object.entries(content)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), text);
    }
  };
  await write(files);
  return {
    path,
    write,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
