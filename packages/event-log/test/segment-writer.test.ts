import {
  type Entry,
  decodeSegments,
  encodeForLog,
  type Segment,
  SegmentWriter,
  type WorkflowRecord,
} from '@runtape/event-log';
import {
  decodeStoredEvent,
  type EventOf,
  formatEventId,
  hasEnded,
  type WorkflowEvent,
  workflowIdSchema,
  type WorkflowStatus,
  mergeTokens,
} from '@runtape/events';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

const timestamp = '2026-01-02T03:04:05.678Z';
const workflowId = workflowIdSchema.parse('wf_0123456789abcdef');
const SEGMENT = 1_024;
const PATIENCE = { interval: 5 };

const token = (content: string, part = 'draft'): EventOf<'token'> => ({
  type: 'token',
  data: { part, content, isComplete: false },
  timestamp,
  metadata: { attempt: 1 },
});
const status = (message: string): EventOf<'status'> => ({
  type: 'status',
  data: { stage: 'working', message },
  timestamp,
});
const tokens = (count: number) => Array.from({ length: count }, (_, index) => token(`${index} `));

/** A log of one workflow, with segments that it stores as every adapter does. */
class StoredLog {
  readonly texts: string[] = [];
  segments: Segment[] = [];
  incarnation = 'abcdefgh';
  status: WorkflowStatus = 'running';
  /** The number of entries read. */
  read = 0;
  /** The outcomes of the next attempts to keep a segment, in place of success. */
  readonly outcomes: ('refused' | 'failed')[] = [];

  get tail(): number {
    return this.texts.length;
  }

  /** The last seq that segments cover. */
  get end(): number {
    const last = this.segments.at(-1);
    return last?.incarnation === this.incarnation ? last.last : 0;
  }

  entries(after = 0, limit = Infinity): Entry[] {
    return this.texts.slice(after, after + limit).map((text, index) => {
      const seq = after + index + 1;
      const id = formatEventId({ incarnation: this.incarnation, seq });
      return { id, seq, event: decodeStoredEvent(text) };
    });
  }

  segmentWriter(): SegmentWriter {
    return new SegmentWriter({
      segmentsEnd: async () => this.end,
      read: async (_id, range) => {
        const entries = this.entries(range.after, range.limit);
        this.read += entries.length;
        await nextTurn();
        return { entries, record: this.#record() };
      },
      keepSegment: async (_id, segment) => {
        const outcome = this.outcomes.shift();
        if (outcome === 'failed') throw new Error('The store is unavailable.');
        return outcome === undefined && this.#keep(segment);
      },
    });
  }

  /** Appends events, and reports them to the segment writer of the appending process. */
  append(segmentWriter: SegmentWriter, events: readonly WorkflowEvent[], after = this.tail): void {
    const encoded = events.map(encodeForLog);
    this.texts.push(...encoded.map(({ text }) => text));
    const { incarnation } = this;
    segmentWriter.appended({
      workflowId,
      incarnation,
      after,
      events: encoded,
      status: this.status,
    });
  }

  notice(segmentWriter: SegmentWriter): void {
    segmentWriter.notice({ workflowId, tail: this.tail, status: this.status });
  }

  #keep(segment: Segment): boolean {
    const end = this.end;
    if (segment.incarnation !== this.incarnation || segment.last > this.tail) return false;
    if (segment.last === end) return true;
    if (segment.first !== end + 1) return false;
    if (segment.first === 1) this.segments = [];
    this.segments.push(segment);
    return true;
  }

  #record(): WorkflowRecord {
    const { incarnation, status: now, tail } = this;
    return {
      workflowId,
      workflow: 'test',
      incarnation,
      threadId: null,
      owner: null,
      ownerSeesAll: false,
      status: now,
      summary: { title: 'A title', target: 'sample:one' },
      attempt: 1,
      leaseUntil: null,
      first: 1,
      tail,
      createdAt: 0,
      endedAt: hasEnded(now) ? 1 : null,
    };
  }
}

/**
 * The segments follow each other from the first entry on, and each equals the merge of its entries.
 */
function expectMerged(log: StoredLog): void {
  let last = 0;
  for (const segment of log.segments) {
    expect(segment.first).toBe(last + 1);
    last = segment.last;
    const entries = mergeTokens(log.entries(segment.first - 1, last - segment.first + 1));
    expect(segment.text === null ? entries : decodeSegments([segment])).toEqual(entries);
  }
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the segments of the events that a process appends', () => {
  test('F3: are complete with the last append, however fast it came, without reading the log', async () => {
    const log = new StoredLog();
    const segmentWriter = log.segmentWriter();
    for (let count = 0; count < 20_000; count += 1) log.append(segmentWriter, [token(`${count} `)]);
    log.status = 'completed';
    log.append(segmentWriter, [token('the end')]);
    expect(log.end).toBe(20_001);
    await segmentWriter.close();
    expect(log.read).toBe(0);
    expectMerged(log);
  });

  test('F3: hold no reference to the appended objects, which the writer may change', async () => {
    const log = new StoredLog();
    const segmentWriter = log.segmentWriter();
    for (let count = 0; count < SEGMENT; count += 1) {
      const event = token('as it was ');
      log.append(segmentWriter, [event]);
      event.data.content = 'changed';
    }
    await segmentWriter.close();
    expect(log.end).toBe(SEGMENT);
    expectMerged(log);
  });

  test('F3: when another process has written in between, its entries are read once', async () => {
    const log = new StoredLog();
    const [mine, other] = [log.segmentWriter(), log.segmentWriter()];
    log.append(mine, tokens(300));
    log.append(other, tokens(500));
    log.append(mine, tokens(400));
    await vi.waitFor(() => expect(log.end).toBe(SEGMENT), PATIENCE);
    expect(log.read).toBe(1_200);
    for (let count = 0; count < 5_000; count += 10) log.append(mine, tokens(10));
    await vi.waitFor(() => expect(log.end).toBe(6 * SEGMENT), PATIENCE);
    expect(log.read).toBe(1_200);
    expectMerged(log);
    await Promise.all([mine.close(), other.close()]);
  });

  test('F3: include what is appended while the log is being read', async () => {
    const log = new StoredLog();
    const [mine, other] = [log.segmentWriter(), log.segmentWriter()];
    log.append(other, tokens(3_000));
    log.append(mine, tokens(1));
    for (let count = 0; count < 20; count += 1) {
      log.append(mine, tokens(250));
      await nextTurn();
    }
    await vi.waitFor(() => expect(log.end).toBe(7 * SEGMENT), PATIENCE);
    expectMerged(log);
    await Promise.all([mine.close(), other.close()]);
  });

  test('F2: are all built again under another incarnation', async () => {
    const log = new StoredLog();
    const segmentWriter = log.segmentWriter();
    log.append(segmentWriter, tokens(2_500));
    log.incarnation = 'anew1234';
    log.append(segmentWriter, tokens(10));
    await vi.waitFor(() => expect(log.end).toBe(2 * SEGMENT), PATIENCE);
    expect(log.segments.every(({ incarnation }) => incarnation === 'anew1234')).toBe(true);
    expectMerged(log);
    await segmentWriter.close();
  });

  test('F1: contain entries that were lost and written again only once', async () => {
    const log = new StoredLog();
    const segmentWriter = log.segmentWriter();
    const events = tokens(1_500);
    log.append(segmentWriter, events);
    log.texts.splice(1_400);
    log.append(segmentWriter, events.slice(1_400));
    log.append(segmentWriter, tokens(2_000));
    await vi.waitFor(() => expect(log.end).toBe(3 * SEGMENT), PATIENCE);
    expectMerged(log);
    await segmentWriter.close();
  });

  test.for(['refused', 'failed'] as const)(
    'F3: a segment whose storage was %s is built again from the log',
    async (outcome) => {
      const log = new StoredLog();
      const segmentWriter = log.segmentWriter();
      log.outcomes.push(outcome);
      for (let count = 0; count < 4_000; count += 100) {
        log.append(segmentWriter, tokens(100));
        await nextTurn();
      }
      await vi.waitFor(() => expect(log.end).toBe(3 * SEGMENT), PATIENCE);
      expectMerged(log);
      await segmentWriter.close();
    },
  );

  test('F3: a reader builds those that the writing process has not', async () => {
    const log = new StoredLog();
    const [mine, other] = [log.segmentWriter(), log.segmentWriter()];
    log.append(mine, tokens(700));
    // As by a process that makes no segments, or that ended too early.
    log.texts.push(...tokens(2_000).map((event) => encodeForLog(event).text));
    log.notice(mine);
    await vi.waitFor(() => expect(log.end).toBe(2 * SEGMENT), PATIENCE);
    expectMerged(log);
    await Promise.all([mine.close(), other.close()]);
  });

  test('A13: nothing is held of a log that has ended, and a bounded amount of others', async () => {
    const log = new StoredLog();
    const segmentWriter = log.segmentWriter();
    const events = [encodeForLog(token('x'.repeat(60_000)))];
    const begin = (index: number) => {
      const id = workflowIdSchema.parse(`wf_${String(index).padStart(16, '0')}`);
      const { incarnation } = log;
      segmentWriter.appended({ workflowId: id, incarnation, after: 0, events, status: 'running' });
    };
    for (let index = 0; index < 2_000; index += 1) begin(index);
    expect(segmentWriter.heldChars).toBeGreaterThan(1_000_000);
    expect(segmentWriter.heldChars).toBeLessThanOrEqual(32 * 1024 * 1024);
    await segmentWriter.close();
    expect(segmentWriter.heldChars).toBe(0);
  });

  test('F3, F5: whatever is appended and whatever fails, they match the log, once and in order', async () => {
    const event = fc.oneof(
      { weight: 5, arbitrary: fc.string({ maxLength: 5 }).map((text) => token(text)) },
      { weight: 1, arbitrary: fc.constant(token('', 'notes')) },
      { weight: 1, arbitrary: fc.constant(token('long '.repeat(100))) },
      { weight: 1, arbitrary: fc.string({ maxLength: 5 }).map(status) },
    );
    const step = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          writer: fc.constantFrom(0, 1),
          event,
          times: fc.integer({ min: 1, max: 400 }),
        }),
      },
      { weight: 1, arbitrary: fc.constantFrom('refused', 'failed', 'renamed', 'turn', 'read') },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const log = new StoredLog();
        const writers = [log.segmentWriter(), log.segmentWriter()] as const;
        let names = 0;
        for (const next of steps) {
          if (next === 'turn') await nextTurn();
          else if (next === 'renamed')
            log.incarnation = `anew${String((names += 1)).padStart(4, '0')}`;
          else if (next === 'read') log.notice(writers[1]);
          else if (next === 'refused' || next === 'failed') log.outcomes.push(next);
          else {
            const { writer, times } = next;
            const segmentWriter = writer === 0 ? writers[0] : writers[1];
            log.append(
              segmentWriter,
              Array.from({ length: times }, () => next.event),
            );
          }
        }
        log.outcomes.splice(0);
        log.status = 'completed';
        log.append(writers[0], tokens(256));
        await vi.waitFor(() => {
          log.notice(writers[0]);
          // Fewer remaining entries are not worth a segment.
          expect(log.tail - log.end).toBeLessThan(256);
        }, PATIENCE);
        expect(log.segments.every(({ incarnation }) => incarnation === log.incarnation)).toBe(true);
        expectMerged(log);
        await Promise.all(writers.map((segmentWriter) => segmentWriter.close()));
      }),
      { numRuns: 25 },
    );
  });
});
