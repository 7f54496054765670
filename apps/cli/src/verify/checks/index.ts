import type { Check } from '../check.ts';
import { chatJson, chatStream } from './chat.ts';
import { clientLive } from './client-live.ts';
import { commands } from './commands.ts';
import { errors } from './errors.ts';
import { health } from './health.ts';
import { heartbeat } from './heartbeat.ts';
import { metrics } from './metrics.ts';
import { openApi } from './openapi.ts';
import { polling } from './polling.ts';
import { shared } from './shared.ts';
import { clientSnapshot, snapshot } from './snapshot.ts';
import { sseChat } from './sse-chat.ts';
import { sseGzip } from './sse-gzip.ts';
import { sseNative } from './sse-native.ts';
import { sseSimple } from './sse-simple.ts';
import { sseThread } from './sse-thread.ts';
import { sseTypes } from './sse-types.ts';
import { start } from './start.ts';
import { thread } from './thread.ts';
import { trpc } from './trpc.ts';
import { workflow } from './workflow.ts';

/** All checks, in the order in which they are printed. */
export const checks: readonly Check[] = [
  health,
  openApi,
  start,
  errors,
  trpc,
  clientLive,
  clientSnapshot,
  sseNative,
  sseSimple,
  sseThread,
  sseChat,
  sseTypes,
  sseGzip,
  heartbeat,
  polling,
  snapshot,
  thread,
  shared,
  workflow,
  chatStream,
  chatJson,
  commands,
  metrics,
];
