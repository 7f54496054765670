import type { EventData, EventType } from '@runtape/events';

const usage = { inputTokens: 10, outputTokens: 5, totalTokens: 15 };
const error = { code: 'model_refused', message: 'The model refused. Try another.' };
const call = { callId: 'call_1', name: 'search', agentId: 'researcher' };

/**
 * Data of every event type, with every field set. Checked by the compiler: a new type has to be
 * added.
 */
export const everyData: { readonly [Type in EventType]: EventData<Type> } = {
  'workflow:started': {
    workflow: 'commentOnIssue',
    title: 'A title',
    target: 'o/r#1',
    budget: { usd: 0.5, tokens: 20_000 },
  },
  'workflow:running': { attempt: 1, maxAttempts: 3 },
  'workflow:paused': { by: 'Ada' },
  'workflow:resumed': { by: 'Ada' },
  'workflow:retrying': { attempt: 2, maxAttempts: 3, inMs: 500, reason: error },
  'workflow:completed': { durationMs: 5, usage, cost: 0.01, result: { comment: 'Text', n: [1] } },
  'workflow:failed': { durationMs: 5, error },
  'workflow:cancelled': { durationMs: 5, by: 'Ada', reason: 'Enough' },
  status: {
    stage: 'issue_read',
    message: 'Read the issue',
    progress: 0.5,
    subject: { title: 'A title', url: 'https://github.com/o/r/issues/1' },
  },
  'step:started': { step: 'draft' },
  'step:completed': { step: 'draft', durationMs: 5 },
  'log:created': {
    level: 'warn',
    message: 'Slow',
    agentId: 'writer',
    fields: { ms: 5, deep: [{}] },
  },
  token: {
    part: 'draft',
    content: 'Text 🎉 \uD83D',
    isComplete: true,
    metadata: { finishReason: 'stop', usage },
  },
  'tool:called': { ...call, arguments: { query: 'x', limit: null } },
  'tool:returned': {
    ...call,
    ok: true,
    summary: '2 matches',
    output: 'a\nb',
    truncated: false,
    durationMs: 5,
  },
  'agent:started': { agentId: 'writer', name: 'Writer', role: 'Writes', model: 'gpt' },
  'agent:progress': {
    agentId: 'writer',
    message: 'At it',
    step: 0,
    steps: 2,
    iteration: 1,
    progress: 1,
    usage,
    cost: null,
  },
  'agent:completed': { agentId: 'writer', durationMs: 5, usage: null, cost: null, summary: 'Done' },
  'agent:failed': { agentId: 'writer', durationMs: 5, error },
  'budget:warning': { unit: 'usd', spent: 0.8, limit: 1, isAtLeast: true },
  'budget:exceeded': { unit: 'tokens', spent: 1000, limit: 1000 },
};
