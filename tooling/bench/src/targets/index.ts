import type { StartLiveServer } from './live-server.ts';

/**
 * All servers with live streams, by their names in benches. Each is loaded only when it is
 * measured.
 */
export const liveServers = {
  'bare node:http': async (settings) => (await import('./bare.ts')).startBare(settings),
  'bare node:http, batched': async (settings) =>
    (await import('./bare.ts')).startBareBatched(settings),
  'better-sse': async (settings) => (await import('./better-sse.ts')).startBetterSse(settings),
  'hono streamSSE': async (settings) => (await import('./hono.ts')).startHono(settings),
  'tRPC generator, superjson': async (settings) =>
    (await import('./trpc-generator.ts')).startTrpcGenerator(settings),
  'resumable-stream': async (settings) =>
    (await import('./resumable-stream.ts')).startResumableStream(settings),
  'Durable Streams server': async (settings) =>
    (await import('./durable-streams.ts')).startDurableStreams(settings),
  'Redis, the common recipe': async (settings) =>
    (await import('./redis-recipe.ts')).startRedisRecipe(settings),
  'Redis, one subscriber, shared buffers': async (settings) =>
    (await import('./redis-shared.ts')).startRedisShared(settings),
  'plain SSE': (settings) => startOurs('plainSse', settings),
  'plain SSE, gzip': (settings) => startOurs('plainSseGzip', settings),
  onWorkflowEvents: (settings) => startOurs('onWorkflowEvents', settings),
  onThreadEvents: (settings) => startOurs('onThreadEvents', settings),
  'shared stream': (settings) => startOurs('sharedStream', settings),
} as const satisfies Readonly<Record<string, StartLiveServer>>;

export type LiveServerName = keyof typeof liveServers;

async function startOurs(
  surface: 'plainSse' | 'plainSseGzip' | 'onWorkflowEvents' | 'onThreadEvents' | 'sharedStream',
  settings: Parameters<StartLiveServer>[0],
) {
  const runtape = await import('./runtape.ts');
  return await runtape.startRuntape(settings, runtape[surface]);
}
