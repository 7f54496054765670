import { createRuntapeClient, RuntapeClientError } from '@runtape/client';
import { jsonSchema } from '@runtape/event-log';
import { type EventId, eventIdSchema, type StreamEntry } from '@runtape/events';
import { pause } from '../pause.ts';
import type { Frame, History, SessionEnd } from '../records.ts';
import type { Random } from '../schedule/random.ts';
import {
  BREAK_MS,
  type Habit,
  MAX_BREAKS,
  observeInSessions,
  type ClientOptions,
} from './client.ts';

const ENTRIES_BETWEEN_BREAKS = 60;
const ENTRIES_BEFORE_STALL = [1, 40] as const;
/** The client reconnects by itself; a session breaks only when it gives up. */
const RETRY = { attempts: 8, baseMs: 100, maxMs: 2_000 };

/** Observes with `@runtape/client`. */
export async function runtapeClient(options: ClientOptions): Promise<History> {
  const { workflowId, habit, random } = options;
  return await observeInSessions(options, 'client', async ({ server, after, signal }) => {
    const frames: Frame[] = [];
    const end = await follow({ server, workflowId, after, signal }, async (entry) => {
      frames.push(frameOf(entry));
      await readDelay(habit, random, frames.length, signal);
    });
    return { after, server, frames, end };
  });
}

interface FollowOptions {
  readonly server: string;
  readonly workflowId: string;
  readonly after: string | null;
  readonly signal: AbortSignal;
}

async function follow(
  { server, workflowId, after, signal }: FollowOptions,
  onEntry: (entry: StreamEntry) => Promise<void>,
): Promise<SessionEnd> {
  const client = createRuntapeClient({ url: server, retry: RETRY, connectTimeoutMs: 5_000 });
  try {
    for await (const entry of client.follow(workflowId, { after: cursorOf(after), signal })) {
      await onEntry(entry);
    }
    return { kind: 'finished' };
  } catch (error) {
    if (signal.aborted) return { kind: 'left' };
    if (!(error instanceof RuntapeClientError)) throw error;
    return {
      kind: error.mayPass ? 'broken' : 'refused',
      reason: `${error.code}: ${error.message}`,
    };
  } finally {
    await client.close();
  }
}

function cursorOf(after: string | null): EventId | undefined {
  return after === null ? undefined : eventIdSchema.parse(after);
}

function frameOf({ id, message }: StreamEntry): Frame {
  return { id, message: jsonSchema.parse(JSON.parse(JSON.stringify(message))) };
}

async function readDelay(
  habit: Habit,
  random: Random,
  taken: number,
  signal: AbortSignal,
): Promise<void> {
  const breaks = taken / ENTRIES_BETWEEN_BREAKS;
  if (habit === 'slow' && Number.isInteger(breaks) && breaks <= MAX_BREAKS) {
    await pause(random.whole(...BREAK_MS), signal);
  }
  if (habit === 'stalled' && taken >= random.whole(...ENTRIES_BEFORE_STALL)) {
    await pause(2 ** 31 - 1, signal);
  }
}
