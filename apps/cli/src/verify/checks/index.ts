import type { Check } from '../check.ts';
import { chatJson, chatStream } from './chat.ts';
import { clientLive } from './client-live.ts';
import { commands } from './commands.ts';
import { errors } from './errors.ts';
import { heartbeat } from './heartbeat.ts';
import { health, metrics, openApi } from './server.ts';
import { shared } from './shared.ts';
import { sseChat } from './sse-chat.ts';
import { sseGzip, sseNative, sseTypes } from './sse-native.ts';
import { sseSimple, sseThread } from './sse-text.ts';
import { start } from './start.ts';
import { thread } from './thread.ts';
import { trpc } from './trpc.ts';
import { clientSnapshot, polling, snapshot, workflow } from './workflow.ts';

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
