/** What was read of a file. */
export interface FileContent {
  /** `null` when it is no text. */
  readonly text: FileText | null;
  /** How many bytes were read. */
  readonly bytes: number;
  readonly isWhole: boolean;
}

/** A text, and the same in lower case once somebody has searched it. */
export class FileText {
  readonly whole: string;
  #lowerCase: string | undefined;

  constructor(whole: string) {
    this.whole = whole;
  }

  get lowerCase(): string {
    return (this.#lowerCase ??= this.whole.toLowerCase());
  }
}
