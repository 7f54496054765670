import { isThoughtPart, type WorkflowSnapshot } from '@runtape/events';
import {
  describeEvent,
  describeSnapshot,
  type Progress,
  progressTypes,
} from './describe-progress.ts';
import type { FrameContext } from '../../broadcast/sse-encoder.ts';
import { type Frame, type SseFormat, supersedes } from './format.ts';
import { type Outcome, outcomeOfEvent, outcomeOfSnapshot, textOf } from './outcome.ts';

/**
 * A conversation: `{type: token | status | delta | done | error, threadId, content, ts}`. A client
 * appends the contents of `token`; a `delta` replaces all earlier text. `done` has the whole text.
 */
export const thread: SseFormat = {
  types: new Set(['token', ...progressTypes]),
  replaceWithState: supersedes,
  ofEntry({ event }, context) {
    const { type, data, timestamp } = event;
    const say = sayer(context, timestamp);
    if (type === 'token' && isThoughtPart(data.part)) return null;
    if (type === 'token') return say('token', data.content, { part: data.part });
    const outcome = outcomeOfEvent(event);
    if (outcome !== null) return end(say, outcome);
    const progress = describeEvent(event);
    return progress === null ? null : status(say, progress);
  },
  ofSnapshot(_id, { data: { snapshot }, timestamp }, context) {
    const say = sayer(context, timestamp);
    const outcome = outcomeOfSnapshot(snapshot);
    const last = outcome === null ? status(say, describeSnapshot(snapshot)) : end(say, outcome);
    return [...textOfParts(say, snapshot), last];
  },
};

type Say = (type: string, content: string, more: object) => Frame;

/** A workflow without a thread counts as a thread of its own. */
function sayer({ workflowId, threadId }: FrameContext, timestamp: string): Say {
  const ts = Date.parse(timestamp);
  return (type, content, more) => ({
    event: type,
    data: { type, threadId: threadId ?? workflowId, content, ts, workflowId, ...more },
  });
}

/** The first part replaces all earlier text; the others are appended. */
function textOfParts(say: Say, { parts: all }: WorkflowSnapshot): readonly Frame[] {
  const parts = all.filter(({ part }) => !isThoughtPart(part));
  if (parts.length === 0) return [say('delta', '', {})];
  return parts.map(({ text, part }, index) => say(index === 0 ? 'delta' : 'token', text, { part }));
}

function status(say: Say, { stage, message, progress }: Progress): Frame {
  return say('status', message, { stage, progress });
}

function end(say: Say, outcome: Outcome): Frame {
  return outcome.ok
    ? say('done', textOf(outcome.result), {})
    : say('error', outcome.error.message, { code: outcome.error.code });
}
