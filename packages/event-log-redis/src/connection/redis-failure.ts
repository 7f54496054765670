import { EventLogError, isEventLogError } from '@runtape/event-log';
import { sentinelCause } from './sentinel-failure.ts';
import type { SettingNames } from './topology.ts';

const READ_ONLY = 'is a read-only replica. Connect to the primary';
const NO_ANSWER = 'does not answer. Start it, or correct its address';

/**
 * Patterns of errors from Redis or the network, each with an explanation. The first match counts.
 */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [
    /^(WRONGPASS|ERR.*invalid password)/,
    'refuses the user name or password. Correct them in {credentials}',
  ],
  [/^(NOAUTH|.*no password is set)/, 'needs a password. Put it into {credentials}'],
  [
    /^NOPERM|^ERR The user executing the script can't/,
    'does not allow this user what Runtape needs. Start a program again, and it says what to grant',
  ],
  [/^OOM/, 'is out of memory and refuses writes. Raise its maxmemory, or remove old workflows'],
  [/^READONLY/, READ_ONLY],
  [/^MISCONF|^NOREPLICAS/, 'refuses writes until it can persist or replicate them. See its log'],
  [/^LOADING/, 'is loading its data. Try again in a moment'],
  [/^BUSY/, 'is busy with a script of another program. Try again in a moment'],
  [
    /^(CLUSTERDOWN|MASTERDOWN|TRYAGAIN|MOVED|ASK|Too many Cluster)/,
    'cannot serve this part of its data now. Check that its nodes are up, and try again',
  ],
  [/cluster support disabled/, 'is no cluster. Name it by its URL instead, with REDIS_URL'],
  [
    /unknown command '?cluster/i,
    'is no cluster. Set REDIS_SENTINELS and REDIS_MASTER_NAME if it is a Sentinel, or else REDIS_URL',
  ],
  [
    /max number of clients/,
    'has as many clients as it takes. Raise its maxclients, or end some of them',
  ],
  [/^DENIED/, 'is in protected mode. Give it a password, or bind it to a private address'],
  [/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/, NO_ANSWER],
  [/ETIMEDOUT/, 'does not answer in time. Check that it runs, its address, and {tls}'],
  [
    /altnames/i,
    'shows a certificate that names another host. Connect under a name of its certificate, or give it one that names this address',
  ],
  [/certificate has expired/, 'shows a certificate that has expired. Renew it'],
  [
    /certificate required|bad certificate/,
    'does not accept this client without a certificate that it trusts. Set REDIS_TLS_CERT and REDIS_TLS_KEY',
  ],
  [
    /self.signed|unable to (get|verify)|UNABLE_TO_/,
    'shows a certificate that is not trusted. Set REDIS_TLS_CA to the file of the authority that signed it',
  ],
  [/SSL|TLS|certificate/i, 'cannot be reached with TLS. Check its certificate, and {tls}'],
];
const BROKEN =
  'broke off the connection. Whether a write that was under way took place is not known: ask, and repeat what is missing';

const NOT_CONNECTED =
  'ends the connection before it answers. Check {tls}, and that its maxclients is not reached';

export interface FailureContext {
  readonly address: string;
  readonly settings: SettingNames;
  /** The last connection error, when there is no connection. */
  readonly lastError: Error | null;
  /** Whether something may have been written. */
  readonly mayHaveWritten: boolean;
}

/**
 * Turns an error of a Redis client into an `EventLogError` that says what to do. The cause is not
 * kept: ioredis attaches the command to it, with all written data and passwords.
 */
export function explainFailure(
  error: unknown,
  { address, settings, lastError, mayHaveWritten }: FailureContext,
): EventLogError {
  if (isEventLogError(error)) return error;
  const text = textOf(error);
  if (text.startsWith('WRONGTYPE')) {
    return new EventLogError(
      'corrupt',
      `A key of Runtape at ${address} holds something else. Give each program its own key prefix.`,
    );
  }
  // ioredis only reports that there is no connection; the reason was a separate event.
  const what =
    knownCause(text) ??
    (isReply(text) ? `refused: ${text.split('\n')[0]}` : knownCause(textOf(lastError))) ??
    (mayHaveWritten ? BROKEN : isBreak(textOf(lastError)) ? NOT_CONNECTED : NO_ANSWER);
  const { credentials, tls } = settings;
  const named = what.replace('{credentials}', credentials).replace('{tls}', tls);
  return new EventLogError('unavailable', `Redis at ${address} ${named}.`);
}

/** The error for a replica, before anything is written to it. */
export function readOnly(address: string): EventLogError {
  return new EventLogError('unavailable', `Redis at ${address} ${READ_ONLY}.`);
}

function isBreak(text: string): boolean {
  return /ECONNRESET|EPIPE|socket disconnected/.test(text);
}

/** Whether the error is a reply of Redis; these begin with a code. */
function isReply(text: string): boolean {
  return /^[A-Z]{3,} /.test(text);
}

function knownCause(text: string): string | undefined {
  return sentinelCause(text) ?? CAUSES.find(([pattern]) => pattern.test(text))?.[1];
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  // A cluster client that reached no node keeps the error of the last one.
  const last: unknown = Reflect.get(error, 'lastNodeError');
  if (last instanceof Error) return textOf(last);
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' && !error.message.includes(code)
    ? `${error.message} (${code})`
    : error.message;
}
