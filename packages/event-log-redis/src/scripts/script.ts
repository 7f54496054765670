import { createHash } from 'node:crypto';

/** A Lua script. Redis runs it from start to end with nothing in between. */
export interface Script {
  readonly lua: string;
  /** By which a server knows it that has run it before. */
  readonly sha: string;
}

export function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}

/** Defines `now`, by the server's clock: leases of workers on different machines are measured by one. In ms since 1970. */
export const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * Defines `epoch`: a server that was restarted, or that took another's place, has another, and may have lost its last writes.
 * `nil` for a user who may not ask; it must then be taken for a new one each time.
 */
export const EPOCH = `
local info = redis.pcall('INFO', 'server')
local epoch = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or nil
`;
