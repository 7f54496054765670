import { createHash } from 'node:crypto';
import {
  attemptAlive,
  attemptInDoubt,
  attemptOvertaken,
  EventLogError,
  seqConflict,
  unknownWorkflow,
  workflowClosed,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';

/** A Lua script. Redis runs it atomically. */
export interface Script {
  readonly lua: string;
  /** The hash by which a server finds a script that it has run before. */
  readonly sha: string;
}

export function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}

/**
 * Lua that defines `now`, in ms since 1970, by the clock of the server, so that leases of workers
 * on different machines use the same clock.
 */
export const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * Lua that defines `epoch`: it differs after the server restarted or was replaced, and may have
 * lost its last writes. `nil` when the user may not call INFO; every read must then be treated as a
 * new epoch.
 */
export const EPOCH = `
local info = redis.pcall('INFO', 'server')
local epoch = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or nil
`;

const replySchema = z.tuple([z.string()], z.unknown());

/** The reply of a script: an outcome and its values. */
export interface Reply {
  readonly outcome: string;
  readonly values: readonly unknown[];
}

export function parseReply(reply: unknown): Reply {
  const [outcome, ...values] = replySchema.parse(reply);
  return { outcome, values };
}

/** The request, for the message of a refusal. */
export interface RefusedRequest {
  readonly workflowId: WorkflowId;
  readonly attempt?: number;
  readonly after?: number;
}

/** The values of a reply that is not a refusal. @throws EventLogError the refusal of the script. */
export function accepted(reply: unknown, request: RefusedRequest): readonly unknown[] {
  const { outcome, values } = parseReply(reply);
  if (outcome === 'ok') return values;
  throw refusal(outcome, values[0], request);
}

function refusal(outcome: string, value: unknown, request: RefusedRequest): EventLogError {
  const { workflowId, attempt = 0, after = 0 } = request;
  switch (outcome) {
    case 'unknown_workflow':
      return unknownWorkflow(workflowId);
    case 'workflow_closed':
      return workflowClosed(workflowId);
    case 'attempt_alive':
      return attemptAlive(workflowId, z.number().parse(value));
    case 'attempt_overtaken':
      return attemptOvertaken(workflowId, attempt);
    case 'attempt_in_doubt':
      return attemptInDoubt(workflowId, attempt);
    case 'seq_conflict':
      return seqConflict(workflowId, after, z.number().parse(value));
    default:
      throw new TypeError(`A script answered ${outcome}.`);
  }
}
