import type { ChatRequest } from '../wire/chat-request.ts';
import { messageText } from '../wire/chat-request.ts';

/** Lines of a file. */
export interface Place {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** What a member of a team is given besides the issue. */
export interface Briefing {
  /** `null` when there are none. */
  readonly notes: string | null;
  readonly draft: string;
  /** Those of the last time it was sent back, and of all times before. */
  readonly remarks: readonly string[];
  /** What somebody has read. */
  readonly sources: readonly Place[];
}

const citation = /`(?:\.\/)?([^`\s:]+):(\d{1,7})(?:[-–](\d{1,7}))?`/g;

/** Reads what stands between the tags of the user's messages. Strangers had a hand in all of it. */
export function readBriefing(request: ChatRequest): Briefing {
  const text = request.messages
    .filter(({ role }) => role === 'user')
    .map(messageText)
    .join('\n\n');
  const remarks = tagged(text, 'remarks').flatMap((list) =>
    list.split('\n').flatMap((line) => /^[-*]\s(.+)$/.exec(line.trim())?.[1]?.trim() ?? []),
  );
  return {
    notes: tagged(text, 'notes').at(-1) ?? null,
    draft: tagged(text, 'draft').at(-1) ?? '',
    remarks,
    sources: tagged(text, 'sources').flatMap(placesIn),
  };
}

/** Every `path:line` or `path:first-last` that stands in backticks. */
export function placesIn(markdown: string): Place[] {
  return [...markdown.matchAll(citation)].map(([, path = '', from = '', to = from]) => ({
    path,
    from: Number(from),
    to: Number(to),
  }));
}

/** The contents of each tag whose name ends in a word. */
function tagged(text: string, word: string): string[] {
  const found: string[] = [];
  for (const open of text.matchAll(new RegExp(`<((?:[a-z]{1,20}[_-])?${word})>`, 'gi'))) {
    const start = open.index + open[0].length;
    const end = text.indexOf(`</${open[1] ?? ''}>`, start);
    found.push(text.slice(start, end === -1 ? text.length : end).trim());
  }
  return found;
}
