/** A server program out of a package of Debian or Ubuntu. */
export interface AptProgram {
  /** Of the package, its program and its service: they have one name. */
  readonly name: string;
  /** Where the package puts the program, without the first slash. */
  readonly path: string;
  /** What to do when it cannot be had, as a sentence. */
  readonly advice: string;
}
