import { gzipSync } from 'node:zlib';
import { Header, Pax } from 'tar';

const BLOCK = 512;

/** One entry of an archive. It is written unchanged and without validation. */
export interface ArchiveEntry {
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'FIFO' | 'CharacterDevice';
  /** The target of a link. */
  readonly linkpath?: string;
  readonly mode?: number;
}

/**
 * Creates a gzipped tar archive in GitHub's format: a global header with the commit, then the
 * entries. Entries are not validated, so that tests can create hostile archives.
 */
export function makeArchive(entries: readonly ArchiveEntry[], commit = '0'.repeat(40)): Buffer {
  const blocks = [
    new Pax({ comment: commit }, true).encode(),
    ...entries.flatMap(entryBlocks),
    Buffer.alloc(2 * BLOCK),
  ];
  return gzipSync(Buffer.concat(blocks), { level: 1 });
}

function entryBlocks(entry: ArchiveEntry): Buffer[] {
  const content = Buffer.from(entry.content ?? '');
  const fields = {
    path: entry.path,
    mode: entry.mode ?? (entry.type === 'Directory' ? 0o775 : 0o664),
    size: content.length,
    type: entry.type ?? ('File' as const),
    mtime: new Date(0),
    ...(entry.linkpath !== undefined && { linkpath: entry.linkpath }),
  };
  const header = new Header(fields);
  const block = Buffer.alloc(BLOCK);
  const needsPax = header.encode(block, 0);
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return needsPax ? [new Pax(fields).encode(), block, content, padding] : [block, content, padding];
}
