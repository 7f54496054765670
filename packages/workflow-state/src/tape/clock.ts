/** When events were, and how long the tape is: all that a tape needs of the past to go on. */
export interface TapeClock {
  /** Events so far. */
  readonly length: number;
  /** Where the last event lies on the tape, in ms from the first. */
  readonly lengthMs: number;
  /** When the last event was, in ms since 1970; 0 before the first. */
  readonly lastTime: number;
  /** @param at when the next event was, in ms since 1970. */
  add(at: number): void;
}
