import type { StreamReset } from './workflow-store.ts';

const reasons: Readonly<Record<StreamReset['reason'], string>> = {
  trimmed: 'what came next is no longer kept',
  ahead: 'the server has less of it than was shown here',
  other_incarnation: 'the log that was shown here is gone and another took its place',
};

/** In words, for a person: that the stream started anew, and why. */
export function describeReset({ reason }: StreamReset): string {
  return `The stream started anew because ${reasons[reason]}.`;
}
