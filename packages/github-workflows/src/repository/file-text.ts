import { TrigramFilter } from './trigram-filter.ts';

/** Building the filter takes as long as this many searches. */
const SEARCHES_BEFORE_FILTER = 8;
/**
 * For longer texts, building the filter would block the event loop, and few searches would be
 * skipped.
 */
const MAX_FILTERED_CHARS = 500_000;

/** The content read from a file. */
export interface FileContent {
  /** `null` if it is not text. */
  readonly text: FileText | null;
  /** The number of bytes read. */
  readonly bytes: number;
  readonly isWhole: boolean;
}

/**
 * A text with data for cheap repeated searches: its lower case, and a trigram filter after several
 * searches.
 */
export class FileText {
  readonly whole: string;
  #lowerCase: string | undefined;
  #groups: TrigramFilter | undefined;
  #searches = 0;

  constructor(whole: string) {
    this.whole = whole;
  }

  get lowerCase(): string {
    return (this.#lowerCase ??= this.whole.toLowerCase());
  }

  /** Whether a search may find the text; false is certain. @param wanted in lower case. */
  mayContain(wanted: string): boolean {
    this.#searches += 1;
    if (this.#searches === SEARCHES_BEFORE_FILTER && this.whole.length <= MAX_FILTERED_CHARS) {
      this.#groups = new TrigramFilter(this.lowerCase);
    }
    return this.#groups?.mayContain(wanted) ?? true;
  }
}
