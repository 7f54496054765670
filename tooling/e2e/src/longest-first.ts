import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { longTests } from './long-tests.ts';

/**
 * Vitest's order, but with the long tests first, longest first: one that starts last would run for
 * minutes beside idle workers. Vitest itself knows durations only after a first run.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(specs);
    return sorted.sort(byRank);
  }
}

function byRank(a: TestSpecification, b: TestSpecification): number {
  // Groups run one after the other.
  const groups = a.project.config.sequence.groupOrder - b.project.config.sequence.groupOrder;
  return groups || rankOf(a.moduleId) - rankOf(b.moduleId);
}

/** 0 for the longest test; all that are not long have the same rank. */
export function rankOf(path: string): number {
  const at = longTests.findIndex((file) => path.endsWith(`/${file}`));
  return at === -1 ? longTests.length : at;
}
