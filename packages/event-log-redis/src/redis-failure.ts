import { EventLogError, isEventLogError } from '@runtape/event-log';

const READ_ONLY = 'is a read-only replica. Connect to the primary';
const NO_ANSWER = 'does not answer. Start it, or correct its address';

/** What Redis or the network said, and what a person can do about it. In the order of search. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [
    /^(WRONGPASS|ERR.*invalid password)/,
    'refuses the user name or password. Correct them in its URL',
  ],
  [
    /^(NOAUTH|.*no password is set)/,
    'needs a password. Put it into its URL: redis://user:password@host',
  ],
  [/^NOPERM/, 'does not allow this user what Runtape needs. Extend its ACL'],
  [/^OOM/, 'is out of memory and refuses writes. Raise its maxmemory, or remove old workflows'],
  [/^READONLY/, READ_ONLY],
  [/^MISCONF|^NOREPLICAS/, 'refuses writes until it can persist or replicate them. See its log'],
  [/^LOADING/, 'is loading its data. Try again in a moment'],
  [/^BUSY/, 'is busy with a script of another program. Try again in a moment'],
  [
    /^(CLUSTERDOWN|MASTERDOWN|TRYAGAIN|MOVED|ASK|Too many Cluster)/,
    'cannot serve this part of its data now. Check that its nodes are up, and try again',
  ],
  [/cluster support disabled/, 'is no cluster. Name it by its URL instead'],
  [/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT/, NO_ANSWER],
  [
    /SSL|TLS|certificate|self.signed/i,
    'cannot be reached with TLS. Check its certificate, and that the URL begins with rediss:// if and only if it speaks TLS',
  ],
];
const BROKEN =
  'broke off the connection. Whether a write that was under way took place is not known: ask, and repeat what is missing';

export interface FailureContext {
  readonly address: string;
  /** What went wrong with a connection last, when none is there. */
  readonly lastError: Error | null;
  /** Whether something may have been written. */
  readonly mayHaveWritten: boolean;
}

/**
 * Turns whatever a Redis client threw into an `EventLogError` that says what to do.
 * The cause is not kept: ioredis hangs the command on it, with everything that was written and with passwords.
 */
export function explainFailure(
  error: unknown,
  { address, lastError, mayHaveWritten }: FailureContext,
): EventLogError {
  if (isEventLogError(error)) return error;
  const text = textOf(error);
  if (text.startsWith('WRONGTYPE')) {
    return new EventLogError(
      'corrupt',
      `A key of Runtape at ${address} holds something else. Give each program its own key prefix.`,
    );
  }
  // ioredis says only that there is no connection; the reason was an event of its own.
  const what =
    knownCause(text) ??
    (isReply(text) ? `refused: ${text.split('\n')[0]}` : knownCause(textOf(lastError))) ??
    (mayHaveWritten ? BROKEN : NO_ANSWER);
  return new EventLogError('unavailable', `Redis at ${address} ${what}.`);
}

/** What a replica is refused with before anything is written to it. */
export function readOnly(address: string): EventLogError {
  return new EventLogError('unavailable', `Redis at ${address} ${READ_ONLY}.`);
}

/** Whether Redis itself said so: its errors begin with a code. */
function isReply(text: string): boolean {
  return /^[A-Z]{3,} /.test(text);
}

function knownCause(text: string): string | undefined {
  return CAUSES.find(([pattern]) => pattern.test(text))?.[1];
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  // A cluster client that reached no node keeps the reason of the last.
  const last: unknown = Reflect.get(error, 'lastNodeError');
  if (last instanceof Error) return textOf(last);
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' && !error.message.includes(code)
    ? `${error.message} (${code})`
    : error.message;
}
