/** Advice about faults that several checks can find; a proxy causes most of them. */
export const advice = {
  lines: 'A proxy between this machine and the server is removing lines from the stream.',
  stream:
    'A proxy between this machine and the server changes the stream. Let it pass streams unchanged.',
  events:
    'A proxy between this machine and the server drops or changes events, or the server is broken. Compare with "runtape follow --json".',
  buffering:
    'A proxy between this machine and the server buffers streams. Turn its buffering off (nginx: proxy_buffering off).',
  responses:
    'Check whether a proxy between this machine and the server caches or changes responses.',
  lastEventId: 'Check that the header Last-Event-ID reaches the server.',
  version: 'Check that the server and this command have the same version.',
  model: 'Check the model settings and the log of the workers.',
} as const;

/** Returns advice for an unexpected HTTP status. */
export function adviceFor(status: number): string {
  switch (status) {
    case 401:
      return 'Set RUNTAPE_TOKEN to a token for this server. "runtape token <user>" creates one.';
    case 429:
      return 'The server limits streams. See MAX_STREAMS_PER_USER and STREAM_ATTEMPTS_PER_MINUTE.';
    case 502:
    case 503:
    case 504:
      return 'The server is down or shutting down. Check its log, and the proxy.';
    default:
      return 'Check what is listening at this address: a proxy, a login page, or a server of another version.';
  }
}
