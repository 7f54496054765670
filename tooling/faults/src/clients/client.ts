import type { Random } from '../schedule/random.ts';
import type { History, ClientSession, SurfaceName } from '../records.ts';
import { pause } from '../pause.ts';

/** How a client behaves. */
export type Habit =
  /** Connects once, and stays. */
  | 'steady'
  /** Disconnects and reconnects repeatedly, to either server. */
  | 'restless'
  /** Reads with long breaks. */
  | 'slow'
  /** Stops reading at some point, and keeps the connection. */
  | 'stalled';

export interface ClientOptions {
  readonly client: string;
  readonly workflowId: string;
  readonly habit: Habit;
  /** Origins of the servers, all of which serve every workflow. */
  readonly servers: readonly string[];
  readonly random: Random;
  /** Ends the observation. */
  readonly signal: AbortSignal;
}

/** Observes for one session. */
export type ObserveSession = (request: {
  readonly server: string;
  readonly after: string | null;
  readonly signal: AbortSignal;
}) => Promise<ClientSession>;

/** A slow client stops pausing after this many breaks, to reach the end of a long workflow. */
export const MAX_BREAKS = 10;
/** The duration of a break, in ms. */
export const BREAK_MS = [100, 3_000] as const;

const CONNECTED_MS = [200, 5_000] as const;
const DISCONNECTED_MS = [20, 1_500] as const;

/**
 * Observes a workflow in as many sessions as needed; each continues after the last event of the
 * previous one.
 */
export async function observeInSessions(
  { client, workflowId, habit, servers, random, signal }: ClientOptions,
  surface: SurfaceName,
  observeSession: ObserveSession,
): Promise<History> {
  const sessions: ClientSession[] = [];
  let after: string | null = null;
  while (!signal.aborted) {
    const leaving =
      habit === 'restless' ? AbortSignal.timeout(random.whole(...CONNECTED_MS)) : null;
    const session = await observeSession({
      server: random.pick(servers),
      after,
      signal: leaving === null ? signal : AbortSignal.any([signal, leaving]),
    });
    sessions.push(session);
    after = session.frames.at(-1)?.id || after;
    if (session.end.kind === 'finished' || session.end.kind === 'refused') break;
    await pause(random.whole(...DISCONNECTED_MS), signal);
  }
  return { client, surface, workflowId, staysToTheEnd: habit !== 'stalled', sessions };
}
