import { askRepositoryResultSchema } from '@runtape/github-workflows/contract';
import { hasEnded, isSnapshotMessage, type StreamEntry } from '@runtape/events';
import { applyStreamEntry, initialState } from '@runtape/workflow-state';
import { currentAnswer, currentDraft, type Draft } from '@runtape/github-workflows/contract';
import { describeSnapshotEnd, describeProgress } from './describe-progress.ts';
import { say, type Terminal, warn, write, writeJson } from './terminal.ts';

export type Printer = (entry: StreamEntry) => Promise<void>;

/** Prints one JSON object per line, for other programs. */
export function printJson(terminal: Terminal): Printer {
  return async ({ id, message }) => {
    const { type, data, timestamp, ...rest } = message;
    await writeJson(terminal, { id, type, data, timestamp, ...rest });
  };
}

/** A separator between two drafts; Markdown renderers do not show it. */
const comment = (text: string): string => `\n\n<!-- ${text} -->\n\n`;
const STARTS_AGAIN = 'The text above was cut off. It starts again here.';
const LAST_COMPLETE = 'The draft above was cut off. This is the last one that is complete.';

const NOTHING: Draft = { version: 0, text: '', isComplete: false };

/**
 * Prints the draft, or the answer and its sources, to stdout as it grows; everything else to
 * stderr.
 */
export function printDraft(terminal: Terminal, workflowId: string): Printer {
  let state = initialState(workflowId);
  let printed = NOTHING;
  return async (entry) => {
    state = applyStreamEntry(state, entry);
    const progress = describeProgress(entry.message);
    if (progress !== null) {
      (progress.important ? warn : say)(terminal, progress.text);
    }
    await printText();
    if (isSnapshotMessage(entry.message)) {
      const end = describeSnapshotEnd(entry.message.data.snapshot);
      if (end !== null) warn(terminal, end);
    }
    if (hasEnded(state.status)) await write(terminal, formatSources(state.result));
  };

  async function printText(): Promise<void> {
    const answer = currentAnswer(state);
    const draft = answer === null ? currentDraft(state) : { version: 1, ...answer };
    if (draft === null || draft.text === '') return;
    const isKnown = draft.version === printed.version && draft.text === printed.text;
    if (!isKnown) await write(terminal, textAfter(printed, draft));
    const isEnd = draft.isComplete && !(isKnown && printed.isComplete);
    printed = draft;
    if (isEnd && !draft.text.endsWith('\n')) await write(terminal, '\n');
  }
}

/** Returns the sources of an answer as a list; empty for other workflows. */
function formatSources(result: unknown): string {
  const answered = askRepositoryResultSchema.safeParse(result);
  if (!answered.success || answered.data.sources.length === 0) return '';
  const locations = answered.data.sources.map(({ path, lines: [from, to] }) =>
    from === to ? `- ${path}:${from}\n` : `- ${path}:${from}-${to}\n`,
  );
  return `\nSources:\n${locations.join('')}`;
}

function textAfter(printed: Draft, draft: Draft): string {
  const { version, text } = draft;
  if (printed === NOTHING) return text;
  if (version > printed.version) return `${comment(`Version ${version} of the draft.`)}${text}`;
  if (version < printed.version) return `${comment(LAST_COMPLETE)}${text}`;
  if (text.startsWith(printed.text)) return text.slice(printed.text.length);
  return `${comment(STARTS_AGAIN)}${text}`;
}
