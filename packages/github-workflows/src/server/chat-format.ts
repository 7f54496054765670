import { isTerminal, isThoughtPart, type WorkflowSnapshot } from '@runtape/events';
import {
  describeEvent,
  describeSnapshot,
  docsOf,
  type Frame,
  type FrameContext,
  type Outcome,
  outcomeOfEvent,
  outcomeOfSnapshot,
  type Progress,
  progressTypes,
  type SseFormat,
} from '@runtape/server/plugins';

/** The answer to a question: any number of `status` events, then one `final` or `error`. */
export const chat: SseFormat = {
  types: new Set([...progressTypes, 'workflow:retrying']),
  // The error frame includes the partial text, which only the state contains.
  replaceWithState: (event) => isTerminal(event) && event.type !== 'workflow:completed',
  ofEntry({ event }, context) {
    const outcome = outcomeOfEvent(event);
    if (outcome !== null) return end(context, outcome, '', event.timestamp);
    const progress = describeEvent(event);
    return progress === null ? null : status(context, progress, event.timestamp);
  },
  ofSnapshot(_id, { data: { snapshot }, timestamp }, context) {
    const outcome = outcomeOfSnapshot(snapshot);
    if (outcome === null) return [status(context, describeSnapshot(snapshot), timestamp)];
    return [end(context, outcome, newestText(snapshot), timestamp)];
  },
};

function status(
  context: FrameContext,
  { stage, message, progress }: Progress,
  timestamp: string,
): Frame {
  const { workflowId } = context;
  const data = { type: 'status', workflowId, stage, description: message, progress, timestamp };
  return { event: 'status', data };
}

function end(
  { workflowId }: FrameContext,
  outcome: Outcome,
  partial: string,
  timestamp: string,
): Frame {
  if (outcome.ok) {
    const { result, usage, cost } = outcome;
    return {
      event: 'final',
      data: { type: 'final', workflowId, result, usage, cost, timestamp },
    };
  }
  const { code, message } = outcome.error;
  const error = { code, message, docs: docsOf(code) };
  const rest = partial === '' ? { timestamp } : { partial, timestamp };
  return { event: 'error', data: { type: 'error', workflowId, error, ...rest } };
}

/** Returns the text that was written last, complete or partial. */
function newestText({ parts: all }: WorkflowSnapshot): string {
  const parts = all.filter(({ part }) => !isThoughtPart(part));
  const newest = parts.at(-1)?.part;
  return parts
    .filter(({ part }) => part === newest)
    .map(({ text }) => text)
    .join('');
}
