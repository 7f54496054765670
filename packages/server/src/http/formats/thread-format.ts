import { isThoughtPart, type WorkflowSnapshot } from '@runtape/events';
import {
  describeEvent,
  describeSnapshot,
  type Progress,
  progressTypes,
} from './describe-progress.ts';
import type { FrameContext } from '../../broadcast/sse-encoder.ts';
import { type Frame, type SseFormat, supersedes } from './format.ts';
import { type Outcome, outcomeOfEvent, outcomeOfSnapshot, type ReadText } from './outcome.ts';

/**
 * A conversation: `{type: token | status | delta | done | error, threadId, content, ts}`. A client
 * appends the contents of `token`; a `delta` replaces all earlier text. `done` has the whole text.
 */
export const threadFormat = (textOf: ReadText): SseFormat => ({
  types: new Set(['token', ...progressTypes]),
  replaceWithState: supersedes,
  ofEntry({ event }, context) {
    const { type, data, timestamp } = event;
    const makeFrame = frameMaker(context, timestamp);
    if (type === 'token' && isThoughtPart(data.part)) return null;
    if (type === 'token') return makeFrame('token', data.content, { part: data.part });
    const outcome = outcomeOfEvent(event);
    if (outcome !== null) return end(makeFrame, outcome, textOf);
    const progress = describeEvent(event);
    return progress === null ? null : status(makeFrame, progress);
  },
  ofSnapshot(_id, { data: { snapshot }, timestamp }, context) {
    const makeFrame = frameMaker(context, timestamp);
    const outcome = outcomeOfSnapshot(snapshot);
    const last =
      outcome === null
        ? status(makeFrame, describeSnapshot(snapshot))
        : end(makeFrame, outcome, textOf);
    return [...textOfParts(makeFrame, snapshot), last];
  },
});

type MakeFrame = (type: string, content: string, more: object) => Frame;

/** A workflow without a thread counts as a thread of its own. */
function frameMaker({ workflowId, threadId }: FrameContext, timestamp: string): MakeFrame {
  const ts = Date.parse(timestamp);
  return (type, content, more) => ({
    event: type,
    data: { type, threadId: threadId ?? workflowId, content, ts, workflowId, ...more },
  });
}

/** The first part replaces all earlier text; the others are appended. */
function textOfParts(makeFrame: MakeFrame, { parts: all }: WorkflowSnapshot): readonly Frame[] {
  const parts = all.filter(({ part }) => !isThoughtPart(part));
  if (parts.length === 0) return [makeFrame('delta', '', {})];
  return parts.map(({ text, part }, index) =>
    makeFrame(index === 0 ? 'delta' : 'token', text, { part }),
  );
}

function status(makeFrame: MakeFrame, { stage, message, progress }: Progress): Frame {
  return makeFrame('status', message, { stage, progress });
}

function end(makeFrame: MakeFrame, outcome: Outcome, textOf: ReadText): Frame {
  return outcome.ok
    ? makeFrame('done', textOf(outcome.result), {})
    : makeFrame('error', outcome.error.message, { code: outcome.error.code });
}
