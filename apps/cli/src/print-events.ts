import { askRepositoryResultSchema, hasEnded, type StreamEntry } from '@runtape/events';
import { answerText, applyStreamEntry, draftText, initialState } from '@runtape/workflow-state';
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

/** What stands between a text that was cut off and the one that replaces it: visible in the text, not in what it renders to. */
const STARTS_AGAIN = '\n\n<!-- The text above was cut off. It starts again here. -->\n\n';

/** The draft, or the answer and then its sources, on stdout as it grows; all else on stderr. */
export function printDraft(terminal: Terminal, workflowId: string): Printer {
  let state = initialState(workflowId);
  let printed = '';
  const printText = async (text: string): Promise<void> => {
    if (text.startsWith(printed)) await write(terminal, text.slice(printed.length));
    else if (text !== '') await write(terminal, `${STARTS_AGAIN}${text}`);
    else return;
    printed = text;
  };
  return async (entry) => {
    state = applyStreamEntry(state, entry);
    const progress = describeProgress(entry.message);
    if (progress !== null) {
      (progress.important ? warn : say)(terminal, progress.text);
    }
    const text = draftText(state) || answerText(state);
    if (text !== printed) await printText(text);
    if (endsText(entry) && text !== '' && !text.endsWith('\n')) await write(terminal, '\n');
    if (hasEnded(state.status)) await write(terminal, sourcesOf(state.result));
  };
}

function endsText({ message }: StreamEntry): boolean {
  if (message.type !== 'token' || !message.data.isComplete) return false;
  return !message.data.part.startsWith('thinking');
}

/** What an answer cites, as a list; nothing for other workflows. */
function sourcesOf(result: unknown): string {
  const answered = askRepositoryResultSchema.safeParse(result);
  if (!answered.success || answered.data.sources.length === 0) return '';
  const places = answered.data.sources.map(({ path, lines: [from, to] }) =>
    from === to ? `- ${path}:${from}\n` : `- ${path}:${from}-${to}\n`,
  );
  return `\nSources:\n${places.join('')}`;
}
