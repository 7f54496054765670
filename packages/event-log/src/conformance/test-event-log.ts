import { describe } from 'vitest';
import { testAppending } from './appending.ts';
import { testArchiving } from './archiving.ts';
import { testAttempts } from './attempts.ts';
import { testClosing } from './closing.ts';
import { testCommanding } from './commanding.ts';
import { testCreating } from './creating.ts';
import { testEnding } from './ending.ts';
import { testExpiring } from './expiring.ts';
import { testInterleavings } from './interleavings.ts';
import { testKeepingSteps } from './keeping-steps.ts';
import { testListing } from './listing.ts';
import { testDataLoss } from './data-loss.ts';
import { testMerging } from './merging.ts';
import { testReading } from './reading.ts';
import type { OpenLossyStore, OpenStore } from './conformance-store.ts';
import { testTexts } from './special-texts.ts';
import { testThreads } from './threads.ts';
import { testOrphaned } from './orphaned.ts';
import { testWatching } from './watching.ts';

export interface EventLogUnderTest {
  /** The name of the adapter in the report. */
  readonly name: string;
  /** Opens a fresh, empty store. Called once per test, and for each run of a property test. */
  readonly open: OpenStore;
  /**
   * Opens a fresh store that can lose its last entries. Default: the data-loss tests are skipped,
   * because another configuration of the adapter runs them.
   */
  readonly openLossy?: OpenLossyStore | undefined;
  /** The number of random histories to try on such a store, from 1. Default: 12. */
  readonly lossyRuns?: number | undefined;
}

/** Declares the suite that every adapter of the event log passes. */
export function testEventLog({ name, open, openLossy, lossyRuns }: EventLogUnderTest): void {
  describe(`event log: ${name}`, () => {
    testCreating(open);
    testAppending(open);
    testAttempts(open);
    testEnding(open);
    testReading(open);
    testMerging(open);
    testWatching(open);
    testCommanding(open);
    testKeepingSteps(open);
    testListing(open);
    testThreads(open);
    testOrphaned(open);
    testArchiving(open);
    testExpiring(open);
    testTexts(open);
    testClosing(open);
    testInterleavings(open);
    if (openLossy !== undefined) testDataLoss(openLossy, lossyRuns);
  });
}
