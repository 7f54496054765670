import { TrigramFilter } from './trigram-filter.ts';

/** Building the filter takes as long as this many searches. */
const SEARCHES_BEFORE_GROUPS = 8;
/** In longer texts it would hold the event loop, and most would have every group. */
const MOST_GROUPED_CHARS = 500_000;

/** What was read of a file. */
export interface FileContent {
  /** `null` when it is no text. */
  readonly text: FileText | null;
  /** How many bytes were read. */
  readonly bytes: number;
  readonly isWhole: boolean;
}

/**
 * A text with what makes repeated searches cheap: its lower case, and a trigram filter once it was
 * searched often.
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

  /** Whether a search for this may find anything; false is certain. @param wanted in lower case. */
  mayContain(wanted: string): boolean {
    this.#searches += 1;
    if (this.#searches === SEARCHES_BEFORE_GROUPS && this.whole.length <= MOST_GROUPED_CHARS) {
      this.#groups = new TrigramFilter(this.lowerCase);
    }
    return this.#groups?.mayContain(wanted) ?? true;
  }
}
