import { type WorkflowId, workflowIdSchema } from '@runtape/events';

/** Crockford's base 32, in lower case: no letter that looks like a digit. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** 50 bits of time last beyond the year 30,000. */
const TIME_LENGTH = 10;
/** 80 bits cannot be guessed. */
const RANDOM_LENGTH = 16;

export interface WorkflowIdSource {
  /** In ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Returns this many random bytes, fit for secrets. Default: the platform's. */
  readonly randomBytes?: ((length: number) => Uint8Array) | undefined;
}

/** Makes a workflow id. Ids sort by their millisecond, and cannot be guessed. */
export function newWorkflowId({
  now = Date.now,
  randomBytes = (length) => crypto.getRandomValues(new Uint8Array(length)),
}: WorkflowIdSource = {}): WorkflowId {
  const random = Array.from(randomBytes(RANDOM_LENGTH), (byte) => ALPHABET.charAt(byte % 32));
  return workflowIdSchema.parse(`wf_${encodeTime(now())}${random.join('')}`);
}

function encodeTime(ms: number): string {
  let rest = ms;
  let text = '';
  for (let index = 0; index < TIME_LENGTH; index += 1) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
