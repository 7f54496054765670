import MiniSearch, { type Options, type Query } from 'minisearch';
import { z } from 'zod';
import { worthOf } from './file-worth.ts';
import { wordsOf } from './words-of.ts';

/** Some lines of a file. */
export interface Passage {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

export interface FoundPassage extends Passage {
  /** Higher is better; only good for comparing within one search. */
  readonly score: number;
}

/** Words to look for, and how much they count beside others. */
export interface WeightedText {
  readonly text: string;
  readonly weight: number;
}

/**
 * An index is kept in pieces of so many passages, each searched, written and read by itself: the library does each of these in one
 * go, and nothing else could run meanwhile.
 */
const SHARD_PASSAGES = 500;
const PREFIX_CHARS = 5;
const PATH_BOOST = 2;

interface IndexedPassage {
  /** Its place in the shard. */
  readonly id: number;
  readonly path: string;
  readonly text: string;
}

const options: Options<IndexedPassage> = {
  idField: 'id',
  fields: ['path', 'text'],
  tokenize: wordsOf,
  processTerm: (term) => term,
  searchOptions: {
    combineWith: 'OR',
    boost: { path: PATH_BOOST },
    prefix: (term) => term.length >= PREFIX_CHARS,
  },
};

const passagesSchema = z.array(z.tuple([z.string(), z.int().positive(), z.int().positive()]));

class Shard {
  readonly #search: MiniSearch<IndexedPassage>;
  readonly #passages: Passage[];

  constructor(search = new MiniSearch(options), passages: Passage[] = []) {
    this.#search = search;
    this.#passages = passages;
  }

  static async read(passages: string, index: string): Promise<Shard> {
    const read = passagesSchema.parse(JSON.parse(passages));
    const search = await MiniSearch.loadJSONAsync(index, options);
    if (search.documentCount !== read.length) throw new Error('The parts do not fit together.');
    return new Shard(
      search,
      read.map(([path, from, to]) => ({ path, from, to })),
    );
  }

  get size(): number {
    return this.#passages.length;
  }

  add(passage: Passage, text: string): void {
    this.#search.add({ id: this.#passages.length, path: passage.path, text });
    this.#passages.push(passage);
  }

  find(query: Query, fuzzy: boolean): FoundPassage[] {
    return this.#search.search(query, { fuzzy: fuzzy && 0.2 }).flatMap(({ id, score }) => {
      const passage = this.#passages[Number(id)];
      return passage === undefined ? [] : [{ ...passage, score: score * worthOf(passage.path) }];
    });
  }

  write(): [passages: string, index: string] {
    const passages = this.#passages.map(({ path, from, to }) => [path, from, to]);
    return [JSON.stringify(passages), JSON.stringify(this.#search)];
  }
}

/** Finds the passages of a repository that share words with a question. */
export class PassageIndex {
  readonly #shards: Shard[] = [];

  /**
   * Reads an index as `write` wrote it.
   * @throws when it is none.
   */
  static async read(lines: readonly string[]): Promise<PassageIndex> {
    const index = new PassageIndex();
    for (let next = 0; next < lines.length; next += 2) {
      index.#shards.push(await Shard.read(lines[next] ?? '', lines[next + 1] ?? ''));
    }
    return index;
  }

  /** How many passages there are. */
  get size(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.size, 0);
  }

  add(passage: Passage, text: string): void {
    let shard = this.#shards.at(-1);
    if (shard === undefined || shard.size >= SHARD_PASSAGES) {
      shard = new Shard();
      this.#shards.push(shard);
    }
    shard.add(passage, text);
  }

  /**
   * Finds passages, best first. Words that nothing matches are looked for once more as if they were misspelt.
   * @param texts what to look for.
   */
  find(texts: readonly WeightedText[]): FoundPassage[] {
    const query: Query = {
      combineWith: 'OR',
      queries: texts.map(({ text, weight }) => ({ queries: [text], boostTerm: () => weight })),
    };
    const exact = this.#find(query, false);
    return exact.length > 0 ? exact : this.#find(query, true);
  }

  /** Two lines of JSON for each piece, with a chance for others to run in between. */
  *write(): Generator<[passages: string, index: string]> {
    for (const shard of this.#shards) yield shard.write();
  }

  #find(query: Query, fuzzy: boolean): FoundPassage[] {
    return this.#shards
      .flatMap((shard) => shard.find(query, fuzzy))
      .sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
  }
}
