import { script } from './script.ts';

/** Takes an idempotency key away from one workflow, unless it has another by now. KEYS: claim. ARGV: from id, to id or ''. */
export const MOVE_IDEMPOTENCY_KEY = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2]) end
return 1
`);
