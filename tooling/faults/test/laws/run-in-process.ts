import { setTimeout as sleep } from 'node:timers/promises';
import { type EventLog, isEventLogError } from '@runtape/event-log';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import {
  type EmittedEvent,
  type EventId,
  eventIdSchema,
  type WorkflowId,
  workflowIdSchema,
} from '@runtape/events';
import type { Frame, Records, Sitting, Testimony } from '../../src/records.ts';
import { createRandom, type Random } from '../../src/schedule/random.ts';
import { readFinalLogs } from '../../src/final-logs.ts';
import { completed, frameOf, started, status, token } from '../logs.ts';
import { breakableLog, type LogFault } from './breakable-log.ts';
import type { Read } from './readers.ts';
import { turn } from './turn.ts';

export interface InProcessOptions {
  readonly seed: number;
  readonly read: Read;
  readonly fault?: LogFault;
}

const WORKFLOW_ID = workflowIdSchema.parse('wf_0123456789abcdef');
const LEASE_MS = 60_000;
const WITNESSES = 4;
const EVENTS = [8, 25] as const;
/** After the end, a witness has so many turns to see it, … */
const PATIENCE_TURNS = 300;
/** … and so long in the middle of them, for a tail that asks when its time has come. */
const PATIENCE_MS = 30;

/** The harness in small: a writer, one that was overtaken, and witnesses, over an in-memory log in this process. */
export async function runInProcess({ seed, read, fault }: InProcessOptions): Promise<Records> {
  await using memory = createMemoryEventLog();
  const log = breakableLog(memory, fault ?? null);
  const { record } = await log.create({
    workflowId: WORKFLOW_ID,
    workflow: 'commentOnIssue',
    input: null,
    summary: { title: 'Tokens arrive twice', target: 'sample:doubled' },
  });
  const leaving = new AbortController();
  const watching = Array.from({ length: WITNESSES }, (_, index) =>
    watch(log, read, index, { seed, signal: leaving.signal }),
  );
  await write(log, record.workflowId, createRandom(seed, 'writer'));
  const seen = Promise.all(watching);
  await Promise.race([seen, patience()]);
  leaving.abort();
  const testimonies = await seen;
  const starts = [{ key: 'one', workflowIds: [WORKFLOW_ID] }];
  return { starts, testimonies, logs: await readFinalLogs(memory), injuries: [] };
}

/** Counted in turns, so that a machine that is busy with other things changes nothing. */
async function patience(): Promise<void> {
  for (let turns = 0; turns < PATIENCE_TURNS; turns += 1) await turn();
  await sleep(PATIENCE_MS);
  for (let turns = 0; turns < PATIENCE_TURNS; turns += 1) await turn();
}

async function write(log: EventLog, workflowId: WorkflowId, random: Random): Promise<void> {
  let tail = 0;
  let attempt = await begin(log, workflowId);
  const append = async (by: number, ...events: readonly EmittedEvent[]): Promise<void> => {
    const envelope = { timestamp: '2026-11-02T09:00:00.000Z', metadata: { attempt: by } };
    const stamped = events.map((event) => Object.assign(event, envelope));
    ({ tail } = await log.append(workflowId, { attempt: by, after: tail, events: stamped }));
    await turn();
  };
  await append(attempt, started);
  const count = random.whole(...EVENTS);
  const overtakenAt = random.whole(1, count - 1);
  for (let index = 0; index < count; index += 1) {
    if (index === overtakenAt) {
      const overtaken = attempt;
      await log.release(workflowId, { attempt });
      attempt = await begin(log, workflowId);
      await append(attempt, status('Again.'));
      // It slept, and does not know.
      await append(overtaken, token('zombie')).catch((error: unknown) => {
        if (!isEventLogError(error, 'attempt_overtaken')) throw error;
      });
    }
    await append(attempt, ...drawEvents(random, index));
  }
  await append(attempt, completed);
}

async function begin(log: EventLog, workflowId: WorkflowId): Promise<number> {
  const { attempt } = await log.begin(workflowId, { leaseMs: LEASE_MS });
  return attempt;
}

function drawEvents(random: Random, index: number): readonly EmittedEvent[] {
  if (random.next() < 0.2) return [status(`Event ${index}.`)];
  // Both parts in one append, so that whoever merges has what must not be merged.
  return [token(`[${index}]`, 'draft'), token(`(${index})`, 'notes')];
}

interface Visits {
  /** Turns before it comes. */
  readonly comesAfter: number;
  /** How often it leaves and comes back; the last time it stays. */
  readonly leaves: number;
}

/** One is there from the start and stays, so that every harm has a witness. */
function visitsOf(index: number, random: Random): Visits {
  if (index === 0) return { comesAfter: 0, leaves: 0 };
  return { comesAfter: random.whole(0, 30), leaves: random.whole(0, 2) };
}

async function watch(
  log: EventLog,
  read: Read,
  index: number,
  { seed, signal }: { readonly seed: number; readonly signal: AbortSignal },
): Promise<Testimony> {
  const random = createRandom(seed, `witness ${index}`);
  const visits = visitsOf(index, random);
  for (let turns = visits.comesAfter; turns > 0; turns -= 1) await turn();
  const sittings: Sitting[] = [];
  let after: EventId | null = null;
  for (let { leaves } = visits; leaves >= 0 && !signal.aborted; leaves -= 1) {
    const mostFrames = leaves === 0 ? Infinity : random.whole(1, 8);
    const sitting = await sit(log, read, { after, mostFrames, signal });
    sittings.push(sitting);
    const last = sitting.frames.at(-1)?.id;
    if (last !== undefined) after = eventIdSchema.parse(last);
    if (sitting.end.kind === 'finished') break;
  }
  return {
    witness: 'in process',
    surface: 'plain',
    workflowId: WORKFLOW_ID,
    staysToTheEnd: true,
    sittings,
  };
}

interface SitOptions {
  readonly after: EventId | null;
  readonly mostFrames: number;
  readonly signal: AbortSignal;
}

async function sit(
  log: EventLog,
  read: Read,
  { after, mostFrames, signal }: SitOptions,
): Promise<Sitting> {
  const leaving = new AbortController();
  const both = AbortSignal.any([signal, leaving.signal]);
  const frames: Frame[] = [];
  const seen = { after, server: 'in process', frames };
  try {
    for await (const entries of read(log, { workflowId: WORKFLOW_ID, after, signal: both })) {
      frames.push(...entries.map(frameOf));
      if (frames.length >= mostFrames) return { ...seen, end: { kind: 'left' } };
    }
    return { ...seen, end: { kind: signal.aborted ? 'left' : 'finished' } };
  } catch (error) {
    if (!both.aborted) throw error;
    return { ...seen, end: { kind: 'left' } };
  } finally {
    leaving.abort();
  }
}
