const NOT_REACHED = 'failed to connect to sentinel ';
const NO_MASTER = 'connected to sentinel ';

/**
 * Words in errors from a Sentinel or the network, each with an explanation. The first match counts.
 */
const CAUSES: readonly (readonly [readonly string[], (at: string) => string])[] = [
  [
    ['NOAUTH', 'WRONGPASS', 'password'],
    (at) =>
      `the Sentinel at ${at} wants another password. Set REDIS_SENTINEL_PASSWORD, and REDIS_SENTINEL_USERNAME if it has users`,
  ],
  [
    ['NOPERM'],
    (at) =>
      `the Sentinel at ${at} does not allow its user to ask. Allow it: +sentinel|get-master-addr-by-name`,
  ],
  [
    ['unknown command'],
    (at) =>
      `what answers at ${at} is no Sentinel. Correct REDIS_SENTINELS, or name this Redis with REDIS_URL`,
  ],
  [['No such master'], noMaster],
  [
    ['certificate'],
    (at) => `the Sentinel at ${at} shows a certificate that is not trusted. Set REDIS_TLS_CA`,
  ],
  [
    [''],
    (at) =>
      `no Sentinel answers, at last ${at}. Start them, or correct REDIS_SENTINELS and REDIS_TLS`,
  ],
];

/** The reason why Sentinels did not name a master, if the error is about that. */
export function sentinelCause(text: string): string | undefined {
  if (text.startsWith(NO_MASTER)) {
    return `cannot be found: ${noMaster(text.slice(NO_MASTER.length).split(' ')[0] ?? '')}`;
  }
  if (!text.startsWith(NOT_REACHED)) return undefined;
  const [at = '', ...why] = text.slice(NOT_REACHED.length).split(' because ');
  const reason = why.join(' ');
  const found = CAUSES.find(([words]) => words.some((word) => reason.includes(word)));
  return found === undefined ? undefined : `cannot be found: ${found[1](at)}`;
}

function noMaster(at: string): string {
  return `the Sentinel at ${at} knows no master of that name. Correct REDIS_MASTER_NAME`;
}
