import { SharedRepositories } from '../src/repository/shared-repositories.ts';
import { buildIndex } from '../src/retrieval/build-index.ts';
import { IndexCache } from '../src/retrieval/index-cache.ts';

/**
 * Opens the index of a folder as another process would, and prints the result: `node
 * index-process.ts CACHE FOLDER`.
 */
const [folder = '', root = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const repository = await new SharedRepositories().open(root, signal);
const remarks: string[] = [];
const { indexed, built } = await new IndexCache({
  folder,
  maxIndexes: 10,
  maxIndexBytes: 10_000_000,
  maxBytes: 10_000_000,
  now: Date.now,
}).get(
  { location: root, state: 'one' },
  {
    build: () => buildIndex(repository, { signal, onProgress: async () => undefined }),
    signal,
    onRemark: async ({ message }) => void remarks.push(message),
  },
);
const [best] = await indexed.index.find([{ text: 'drain the queue', weight: 1 }]);
process.stdout.write(JSON.stringify({ wasBuilt: built !== null, remarks, best: best?.path }));
