import { setTimeout as sleep } from 'node:timers/promises';
import { type Attempt, type EventLog, isEventLogError } from '@runtape/event-log';
import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';
import {
  type EmittedEvent,
  type EventId,
  eventIdSchema,
  type WorkflowId,
  workflowIdSchema,
} from '@runtape/events';
import type { Frame, FaultWindow, Records, ClientSession, History } from '../../src/records.ts';
import { createRandom, type Random } from '../../src/schedule/random.ts';
import { readFinalLogs } from '../../src/final-logs.ts';
import { completed, started, status, token } from '../logs.ts';
import { breakableLog, type LogFault } from './breakable-log.ts';
import type { Read } from './readers.ts';
import { turn } from './turn.ts';

export interface InProcessOptions {
  readonly seed: number;
  readonly read: Read;
  readonly fault?: LogFault;
  /**
   * The store loses its end once: the log then continues differently, correctly under a new
   * incarnation or wrongly under the same ids.
   */
  readonly loss?: 'renamed' | 'not renamed';
}

const WORKFLOW_ID = workflowIdSchema.parse('wf_0123456789abcdef');
const LEASE_MS = 60_000;
const CLIENTS = 4;
const EVENTS = [8, 25] as const;
/** The number of event-loop turns that clients have to receive the end. */
const WAIT_TURNS = 600;
/** The turns are divided into rounds with pauses, in which quiet tails check the log. */
const ROUNDS = 10;
const BETWEEN_ROUNDS_MS = 30;
const LOSS: FaultWindow = { kind: 'redis-tail-loss', target: 'memory', from: 1, to: 2 };

/** Marks the state of a store. @returns a function that loses everything since. */
type MarkStore = () => () => void;

/**
 * A small harness: a writer, an overtaken writer, and clients, on an in-memory log in this process.
 */
export async function runInProcess({
  seed,
  read,
  fault,
  loss,
}: InProcessOptions): Promise<Records> {
  const store = new MemoryStore();
  await using memory = createMemoryEventLog({ store });
  const log = breakableLog(memory, fault ?? null);
  const { record } = await log.create({
    workflowId: WORKFLOW_ID,
    workflow: 'commentOnIssue',
    input: null,
    summary: { title: 'Tokens arrive twice', target: 'sample:doubled' },
  });
  const leaving = new AbortController();
  const watching = Array.from({ length: CLIENTS }, (_, index) =>
    watch(log, read, index, { seed, signal: leaving.signal }),
  );
  const lose = loss === undefined ? null : markStore(store, loss);
  await write(log, record.workflowId, createRandom(seed, 'writer'), lose);
  const seen = Promise.all(watching);
  await Promise.race([seen, waitForClients()]);
  leaving.abort();
  const histories = await seen;
  const faultWindows = loss === undefined ? [] : [LOSS];
  const starts = [{ key: 'one', requestedAt: 0, workflowIds: [WORKFLOW_ID] }];
  return { starts, histories, logs: await readFinalLogs(memory), faultWindows };
}

/** Marks the store, and later restores that state. */
function markStore(store: MemoryStore, loss: 'renamed' | 'not renamed'): MarkStore {
  return () => {
    const lose = store.mark();
    return () => {
      lose();
      // As if it had never restarted.
      if (loss === 'not renamed') store.epoch -= 1;
    };
  };
}

/** Counted in turns, so that the result does not depend on other activity of the machine. */
async function waitForClients(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turns = 0; turns < WAIT_TURNS / ROUNDS; turns += 1) await turn();
    await sleep(BETWEEN_ROUNDS_MS);
  }
}

async function write(
  log: EventLog,
  workflowId: WorkflowId,
  random: Random,
  start: MarkStore | null,
): Promise<void> {
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
  const markedAt = random.whole(1, count - 3);
  const lostAt = random.whole(markedAt + 1, count - 2);
  let lose: (() => void) | undefined;
  for (let index = 0; index < count; index += 1) {
    if (index === markedAt) lose = start?.();
    if (index === lostAt && lose !== undefined) {
      lose();
      const { record } = await takeOver(log, workflowId);
      ({ attempt, tail } = record);
      await append(attempt, status('Differently.'));
    }
    if (index === overtakenAt) {
      const overtaken = attempt;
      await log.release(workflowId, { attempt });
      attempt = await begin(log, workflowId);
      await append(attempt, status('Again.'));
      // The overtaken writer does not know that.
      await append(overtaken, token('zombie')).catch((error: unknown) => {
        if (!isEventLogError(error, 'attempt_overtaken')) throw error;
      });
    }
    await append(attempt, ...drawEvents(random, index));
  }
  await append(attempt, completed);
}

async function takeOver(log: EventLog, workflowId: WorkflowId): Promise<Attempt> {
  const record = await log.get(workflowId);
  if (record !== null) await log.release(workflowId, record);
  return await log.begin(workflowId, { leaseMs: LEASE_MS });
}

async function begin(log: EventLog, workflowId: WorkflowId): Promise<number> {
  const { attempt } = await log.begin(workflowId, { leaseMs: LEASE_MS });
  return attempt;
}

function drawEvents(random: Random, index: number): readonly EmittedEvent[] {
  if (random.next() < 0.2) return [status(`Event ${index}.`)];
  // Both parts in one append, so that wrong merging has an effect.
  return [token(`[${index}]`, 'draft'), token(`(${index})`, 'notes')];
}

interface Visits {
  /** Turns before it connects. */
  readonly connectsAfter: number;
  /** How often it disconnects and reconnects; the last time it stays. */
  readonly leaves: number;
}

/** The first one connects at the start and stays, so that every fault affects a client. */
function visitsOf(index: number, random: Random): Visits {
  if (index === 0) return { connectsAfter: 0, leaves: 0 };
  return { connectsAfter: random.whole(0, 30), leaves: random.whole(0, 2) };
}

async function watch(
  log: EventLog,
  read: Read,
  index: number,
  { seed, signal }: { readonly seed: number; readonly signal: AbortSignal },
): Promise<History> {
  const random = createRandom(seed, `client ${index}`);
  const visits = visitsOf(index, random);
  for (let turns = visits.connectsAfter; turns > 0; turns -= 1) await turn();
  const sessions: ClientSession[] = [];
  let after: EventId | null = null;
  for (let { leaves } = visits; leaves >= 0 && !signal.aborted; leaves -= 1) {
    const maxFrames = leaves === 0 ? Infinity : random.whole(1, 8);
    const session = await observe(log, read, { after, maxFrames, signal });
    sessions.push(session);
    const last = session.frames.at(-1)?.id;
    if (last !== undefined) after = eventIdSchema.parse(last);
    if (session.end.kind === 'finished') break;
  }
  return {
    client: 'in process',
    surface: 'plain',
    workflowId: WORKFLOW_ID,
    staysToTheEnd: true,
    sessions,
  };
}

interface ObserveOptions {
  readonly after: EventId | null;
  readonly maxFrames: number;
  readonly signal: AbortSignal;
}

async function observe(
  log: EventLog,
  read: Read,
  { after, maxFrames, signal }: ObserveOptions,
): Promise<ClientSession> {
  const leaving = new AbortController();
  const both = AbortSignal.any([signal, leaving.signal]);
  const frames: Frame[] = [];
  const session = { after, server: 'in process', frames };
  try {
    for await (const seen of read(log, { workflowId: WORKFLOW_ID, after, signal: both })) {
      frames.push(...seen);
      if (frames.length >= maxFrames) return { ...session, end: { kind: 'left' } };
    }
    return { ...session, end: { kind: signal.aborted ? 'left' : 'finished' } };
  } catch (error) {
    if (!both.aborted) throw error;
    return { ...session, end: { kind: 'left' } };
  } finally {
    leaving.abort();
  }
}
