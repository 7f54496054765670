import type { Command } from '@runtape/event-log';

/** What a row of commands comes to: a cancel is for good, and so is a stall; of pause and resume the last counts. */
export function whatIsAsked(commands: readonly Command[]): Command | undefined {
  return (
    commands.find(({ type }) => type === 'cancel') ??
    commands.find(({ type }) => type === 'stalled') ??
    commands.at(-1)
  );
}
