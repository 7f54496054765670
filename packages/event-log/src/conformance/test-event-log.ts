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
import { testReading } from './reading.ts';
import type { OpenStore } from './store.ts';
import { testTexts } from './texts.ts';
import { testThreads } from './threads.ts';
import { testUnattended } from './unattended.ts';
import { testWatching } from './watching.ts';

export interface EventLogUnderTest {
  /** Of the adapter, as shown in the report. */
  readonly name: string;
  /** Opens a fresh, empty store. Called once a test, and for each run of a property test. */
  readonly open: OpenStore;
}

/** Declares the suite that every adapter of the event log passes. */
export function testEventLog({ name, open }: EventLogUnderTest): void {
  describe(`event log: ${name}`, () => {
    testCreating(open);
    testAppending(open);
    testAttempts(open);
    testEnding(open);
    testReading(open);
    testWatching(open);
    testCommanding(open);
    testKeepingSteps(open);
    testListing(open);
    testThreads(open);
    testUnattended(open);
    testArchiving(open);
    testExpiring(open);
    testTexts(open);
    testClosing(open);
    testInterleavings(open);
  });
}
