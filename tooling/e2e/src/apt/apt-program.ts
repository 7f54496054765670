/** A server program from a Debian or Ubuntu package. */
export interface AptProgram {
  /** The common name of the package, its program and its service. */
  readonly name: string;
  /** The path of the program in the package, without the first slash. */
  readonly path: string;
  /** What to do if it is not available, as a sentence. */
  readonly advice: string;
}
