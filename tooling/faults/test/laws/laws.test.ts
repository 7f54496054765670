import { describe, expect, test } from 'vitest';
import { checkRecords } from '../../src/check/check-records.ts';
import { fanOutReader, mergingAcrossParts, trustingReader } from './readers.ts';
import { type InProcessOptions, runInProcess } from './run-in-process.ts';

const OFF = 60_000;
const trusting = trustingReader({ watchesFirst: true });
const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1);

async function kindsOf(options: InProcessOptions): Promise<readonly string[]> {
  const { violations } = checkRecords(await runInProcess(options), {
    noticeWithinMs: 10_000,
    silenceWithinMs: 10_000,
  });
  return violations.map(({ kind }) => kind);
}

/** The findings of all seeds. */
async function found(options: Omit<InProcessOptions, 'seed'>): Promise<readonly string[]> {
  return (await Promise.all(SEEDS.map((seed) => kindsOf({ ...options, seed })))).flat();
}

/** The seeds for which none of these is found. */
async function unnoticed(
  options: Omit<InProcessOptions, 'seed'>,
  ...kinds: readonly string[]
): Promise<readonly number[]> {
  const all = await Promise.all(SEEDS.map((seed) => kindsOf({ ...options, seed })));
  return SEEDS.filter((_, index) => !all[index]?.some((kind) => kinds.includes(kind)));
}

describe('with every law kept, nothing is found', () => {
  test('F1: with our readers', async () => {
    expect(await found({ read: fanOutReader(OFF) })).toEqual([]);
  });

  test('F1: with a reader that trusts a correct log', async () => {
    expect(await found({ read: trusting })).toEqual([]);
  });

  test('F1: with our readers although a live message is lost: they check the sequence numbers', async () => {
    const read = fanOutReader(OFF);
    expect(await found({ read, fault: 'drops_one_live_message' })).toEqual([]);
  });

  test('F1: with our readers although the last message is lost: they poll a quiet log', async () => {
    const read = fanOutReader(5);
    expect(await found({ read, fault: 'drops_the_last_message' })).toEqual([]);
  });
});

test('F2: with every law kept, nothing is found although the store recovers without its last writes', async () => {
  const loss = 'renamed';
  expect(await found({ read: fanOutReader(5), loss })).toEqual([]);
});

describe('each broken law is found with every seed', () => {
  test('F1: law 2, history is read before watching', async () => {
    const read = trustingReader({ watchesFirst: false });
    expect(await unnoticed({ read }, 'lost', 'end_not_seen')).toEqual([]);
  });

  test('F1: law 1, a live message is accepted although its number is not the next', async () => {
    const fault = 'drops_one_live_message';
    expect(await unnoticed({ read: trusting, fault }, 'lost')).toEqual([]);
  });

  test('F1: law 1, a quiet tail is not checked, and the last message is lost', async () => {
    const fault = 'drops_the_last_message';
    expect(await unnoticed({ read: fanOutReader(OFF), fault }, 'end_not_seen')).toEqual([]);
  });

  test('F5: law 3, an overtaken attempt can append', async () => {
    const fault = 'accepts_an_old_attempt';
    expect(await unnoticed({ read: fanOutReader(OFF), fault }, 'overtaken_append')).toEqual([]);
  });

  test('F3: law 5, tokens are merged across parts', async () => {
    expect(await unnoticed({ read: mergingAcrossParts }, 'merged_across_parts')).toEqual([]);
  });

  test('F2: law 4, a log that lost its last events continues under the same ids', async () => {
    const options = { read: fanOutReader(5), loss: 'not renamed' } as const;
    const kinds = ['altered', 'two_events', 'doubled', 'lost', 'end_not_seen'];
    expect(await unnoticed(options, ...kinds)).toEqual([]);
  });

  test('F2: law 4, a mismatched cursor gets no reset', async () => {
    const options = { read: fanOutReader(5, { resets: false }), loss: 'renamed' } as const;
    expect(await unnoticed(options, 'spliced')).toEqual([]);
  });
});
