import type { StreamEntry } from '@runtape/events';
import { draftText, initialState, applyStreamEntry } from '@runtape/workflow-state';
import { describeProgress } from './describe-progress.ts';
import { say, type Terminal, warn, write } from './terminal.ts';

/** Shows a stream, entry by entry. */
export type Printer = (entry: StreamEntry) => Promise<void>;

/** One JSON object a line, for other programs. */
export function printJson(terminal: Terminal): Printer {
  return async ({ id, message }) => {
    const { type, data, timestamp, ...rest } = message;
    await write(terminal, `${JSON.stringify({ id, type, data, timestamp, ...rest })}\n`);
  };
}

/** What stands between a draft that was cut off and the one that replaces it: visible in the text, not in what it renders to. */
const STARTS_AGAIN = '\n\n<!-- The draft above was cut off. It starts again here. -->\n\n';

/** The draft on stdout as it grows, all else on stderr. */
export function printDraft(terminal: Terminal, workflowId: string): Printer {
  let state = initialState(workflowId);
  let printed = '';
  return async (entry) => {
    state = applyStreamEntry(state, entry);
    const progress = describeProgress(entry.message);
    if (progress !== null) {
      (progress.important ? warn : say)(terminal, progress.text);
    }
    const draft = draftText(state);
    if (draft === printed) return;
    if (draft.startsWith(printed)) {
      await write(terminal, draft.slice(printed.length));
    } else if (draft !== '') {
      await write(terminal, `${STARTS_AGAIN}${draft}`);
    } else {
      return;
    }
    printed = draft;
    if (endsDraft(entry) && !draft.endsWith('\n')) await write(terminal, '\n');
  };
}

function endsDraft({ message }: StreamEntry): boolean {
  return message.type === 'token' && message.data.isComplete;
}
