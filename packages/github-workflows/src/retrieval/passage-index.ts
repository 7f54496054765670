import { TimeSlice, yieldToEventLoop } from '@runtape/async';
import MiniSearch, { type Options } from 'minisearch';
import { z } from 'zod';
import { weightOf } from './file-weight.ts';
import { tokenize } from './tokenize.ts';

/** A range of lines in a file. */
export interface Passage {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

export interface FoundPassage extends Passage {
  /** Higher is better; comparable only within one search. */
  readonly score: number;
}

/** A text to search for, and its relative weight. */
export interface WeightedText {
  readonly text: string;
  readonly weight: number;
}

/**
 * The maximum number of passages per shard. The library searches, writes and reads a shard
 * synchronously, which blocks the event loop.
 */
const SHARD_PASSAGES = 500;
/** The maximum amount of text per shard. */
const SHARD_CHARS = 1_000_000;
/** Per shard: a passage outside its best ones is not among the best overall. */
const BEST_OF_SHARD = 100;
/**
 * The maximum number of different words to search for; the rest of a longer question is ignored.
 */
const MAX_TERMS = 150;
/** The same for misspelt words: each is compared with every word of the index. */
const MAX_MISSPELT_TERMS = 12;
const MAX_MISTAKES = 2;
const PREFIX_CHARS = 5;
const PATH_BOOST = 2;

interface IndexedPassage {
  /** Its position in the shard. */
  readonly id: number;
  readonly path: string;
  readonly text: string;
}

const options: Options<IndexedPassage> = {
  idField: 'id',
  fields: ['path', 'text'],
  tokenize: tokenize,
  processTerm: (term) => term,
  searchOptions: {
    combineWith: 'OR',
    boost: { path: PATH_BOOST },
    // A query is a single word in the form stored in the index.
    tokenize: (term) => [term],
    prefix: (term) => term.length >= PREFIX_CHARS,
    maxFuzzy: MAX_MISTAKES,
  },
};

const passagesSchema = z.array(z.tuple([z.string(), z.int().positive(), z.int().positive()]));

/** A word to search for. */
interface Term {
  readonly term: string;
  readonly weight: number;
}

/** The score of a passage so far. */
interface Tally {
  score: number;
  /** The number of query words in the passage. */
  terms: number;
}

class Shard {
  readonly #search: MiniSearch<IndexedPassage>;
  readonly #passages: Passage[];
  #chars = 0;

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

  get isFull(): boolean {
    return this.size >= SHARD_PASSAGES || this.#chars >= SHARD_CHARS;
  }

  add(passage: Passage, text: string): void {
    this.#search.add({ id: this.#passages.length, path: passage.path, text });
    this.#passages.push(passage);
    this.#chars += text.length;
  }

  /** Finds the best passages. A passage with several of the words scores more than their sum. */
  async find(terms: readonly Term[], fuzzy: boolean, slice: TimeSlice): Promise<FoundPassage[]> {
    const tallies = new Map<number, Tally>();
    for (const { term, weight } of terms) {
      if (slice.due) await slice.yield();
      for (const { id, score } of this.#search.search(term, { fuzzy: fuzzy && 0.2 })) {
        const tally = tallies.get(Number(id)) ?? { score: 0, terms: 0 };
        tally.score += score * weight;
        tally.terms += 1;
        tallies.set(Number(id), tally);
      }
    }
    const found = [...tallies].flatMap(([id, tally]): FoundPassage[] => {
      const passage = this.#passages[id];
      const score = tally.score * tally.terms;
      return passage === undefined ? [] : [{ ...passage, score: score * weightOf(passage.path) }];
    });
    return found.sort(byScore).slice(0, BEST_OF_SHARD);
  }

  write(): [passages: string, index: string] {
    const passages = this.#passages.map(({ path, from, to }) => [path, from, to]);
    return [JSON.stringify(passages), JSON.stringify(this.#search)];
  }
}

function byScore(a: FoundPassage, b: FoundPassage): number {
  return b.score - a.score || (a.path < b.path ? -1 : 1);
}

/** Finds the passages of a repository that share words with a question. */
export class PassageIndex {
  readonly #shards: Shard[] = [];

  /**
   * Reads an index as `write` wrote it.
   * @param lines each is requested once.
   * @throws when it is not an index.
   */
  static async read(lines: readonly (() => string)[]): Promise<PassageIndex> {
    const index = new PassageIndex();
    for (let next = 0; next + 1 < lines.length; next += 2) {
      await yieldToEventLoop();
      index.#shards.push(await Shard.read(lines[next]?.() ?? '', lines[next + 1]?.() ?? ''));
    }
    return index;
  }

  /** The number of passages. */
  get size(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.size, 0);
  }

  add(passage: Passage, text: string): void {
    let shard = this.#shards.at(-1);
    if (shard === undefined || shard.isFull) {
      shard = new Shard();
      this.#shards.push(shard);
    }
    shard.add(passage, text);
  }

  /**
   * Finds the best passages, best first, yielding to others. Without a match it searches once more
   * with spelling tolerance.
   * @param texts the query; its first 150 different words count.
   * @throws the signal's reason once it aborts.
   */
  async find(texts: readonly WeightedText[], signal?: AbortSignal): Promise<FoundPassage[]> {
    const slice = new TimeSlice({ signal });
    const terms = termsOf(texts);
    const exact = await this.#find(terms, false, slice);
    if (exact.length > 0) return exact;
    return this.#find(terms.slice(0, MAX_MISSPELT_TERMS), true, slice);
  }

  /** Yields two lines of JSON per shard, so that other work can run in between. */
  *write(): Generator<[passages: string, index: string]> {
    for (const shard of this.#shards) yield shard.write();
  }

  async #find(terms: readonly Term[], fuzzy: boolean, slice: TimeSlice): Promise<FoundPassage[]> {
    const found: FoundPassage[] = [];
    for (const shard of this.#shards) {
      for (const passage of await shard.find(terms, fuzzy, slice)) found.push(passage);
    }
    return found.sort(byScore);
  }
}

/** Each word once, with the weight of the first text that contains it. */
function termsOf(texts: readonly WeightedText[]): Term[] {
  const weights = new Map<string, number>();
  for (const { text, weight } of texts) {
    for (const term of tokenize(text)) {
      if (weights.size >= MAX_TERMS) break;
      if (!weights.has(term)) weights.set(term, weight);
    }
  }
  return [...weights].map(([term, weight]) => ({ term, weight }));
}
