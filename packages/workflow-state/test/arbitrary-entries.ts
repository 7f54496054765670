import {
  type BudgetLimits,
  type EmittedEvent,
  type EventMetadata,
  knownEventSchema,
  type Usage,
} from '@runtape/events';
import * as fc from 'fast-check';
import {
  agentStarted,
  completed,
  custom,
  type Emitted,
  entriesOf,
  failed,
  retrying,
  running,
  started,
  stepCompleted,
  stepStarted,
  type TestEntry,
  token,
  toolCalled,
  toolReturned,
} from './entries.ts';

const name = fc.constantFrom('one', 'two', 'three');
const attempt = fc.integer({ min: 1, max: 3 });
/** Without -0 and special keys of objects, which JSON does not preserve. */
const json = fc
  .jsonValue({ maxDepth: 2 })
  .map((value): unknown => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto')));

const amount = fc.double({ min: 0.001, max: 10, noNaN: true });

const anyToken = fc
  .tuple(fc.string({ unit: 'binary' }), fc.boolean(), name)
  .map(([content, isComplete, part]) => token(content, isComplete, part));

function startedWith(budget: BudgetLimits): EmittedEvent {
  return { ...started, data: { ...started.data, budget } };
}

const anyEvent: fc.Arbitrary<Emitted> = fc.oneof(
  { arbitrary: anyToken, weight: 6 },
  { arbitrary: fc.tuple(name, json).map(([type, data]) => custom(type, data)), weight: 3 },
  fc.constantFrom<EmittedEvent>(started, completed, failed),
  fc
    .record(
      { usd: amount, tokens: fc.integer({ min: 1 }) },
      { requiredKeys: [], noNullPrototype: true },
    )
    .map(startedWith),
  attempt.map(running),
  attempt.map(retrying),
  name.map(stepStarted),
  name.map(stepCompleted),
  name.map(toolCalled),
  fc.tuple(name, fc.boolean()).map(([callId, ok]) => toolReturned(callId, ok)),
  name.map(agentStarted),
  fc.tuple(name, fc.string()).map(([agentId, message]): EmittedEvent => ({
    type: 'agent:progress',
    data: { agentId, message },
  })),
  fc.string().map((message): EmittedEvent => ({
    type: 'log:created',
    data: { level: 'warn', message },
  })),
  fc
    .tuple(fc.string(), fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }))
    .map(([message, progress]): EmittedEvent => ({
      type: 'status',
      data: { stage: 'working', message, progress },
    })),
  fc.tuple(name, json).map(([callId, argument]): EmittedEvent => {
    const call = { type: 'tool:called', data: { callId, name: 'search', arguments: argument } };
    const parsed = knownEventSchema.parse({ ...call, timestamp: '2026-11-02T09:00:00.000Z' });
    if (parsed.type !== 'tool:called') throw new Error('The schema changed the type.');
    return parsed;
  }),
);

const metadata: fc.Arbitrary<EventMetadata> = fc.record(
  {
    attempt,
    step: name,
    spent: fc.record(
      {
        usage: fc.option(
          fc.nat().map((n): Usage => ({ inputTokens: n, outputTokens: 0, totalTokens: n })),
        ),
        cost: fc.option(amount),
      },
      { noNullPrototype: true },
    ),
  },
  { requiredKeys: ['attempt'], noNullPrototype: true },
);

/** Any log, even one that the engine would never write. */
export const anyLog: fc.Arbitrary<readonly TestEntry[]> = fc
  .array(fc.tuple(anyEvent, metadata), { maxLength: 60 })
  .map((events) => entriesOf(...events));
