import type { CommentOnIssueResult, ToolCallState } from '@runtape/events';
import { FileCode } from 'lucide-react';
import type { ReactNode } from 'react';
import { ScrollRegion } from '../ui/scroll-region.tsx';

type Source = CommentOnIssueResult['sources'][number];

/** What the model read, as chips that unfold the lines. */
export function SourceChips(props: {
  readonly sources: readonly Source[];
  readonly tools: readonly ToolCallState[];
}): ReactNode {
  return (
    <div className="mt-6 border-t pt-4">
      <h3 className="mb-2 text-sm font-medium text-muted-foreground">Sources</h3>
      <ul className="flex flex-wrap gap-2">
        {props.sources.map((source) => (
          <li key={labelOf(source)} className="max-w-full">
            <SourceChip source={source} lines={linesOf(source, props.tools)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function SourceChip({ source, lines }: { source: Source; lines: string | null }): ReactNode {
  const label = (
    <>
      <FileCode className="size-3.5 shrink-0" aria-hidden />
      <span className="truncate">{labelOf(source)}</span>
    </>
  );
  const look = 'flex items-center gap-1.5 rounded-md bg-muted px-2 py-1 font-mono text-xs';
  if (lines === null) return <span className={look}>{label}</span>;
  return (
    <details className="group max-w-full">
      <summary className={`${look} list-none hover:text-primary`}>{label}</summary>
      <ScrollRegion
        label={`Lines of ${labelOf(source)}`}
        className="mt-1 max-h-80 rounded-md border p-3 text-xs"
      >
        <pre>{lines}</pre>
      </ScrollRegion>
    </details>
  );
}

function labelOf({ path, lines: [first, last] }: Source): string {
  return first === last ? `${path}:${first}` : `${path}:${first}–${last}`;
}

/** The lines as a tool returned them to the model, each behind its number; several calls may have read them. */
function linesOf(
  { path, lines: [first, last] }: Source,
  tools: readonly ToolCallState[],
): string | null {
  const found = new Map<number, string>();
  for (const call of tools) {
    for (const line of readOf(path, call).split('\n')) {
      const number = Number(/^\d+(?=\t)/.exec(line)?.[0]);
      if (number >= first && number <= last) found.set(number, line);
    }
  }
  if (found.size === 0) return null;
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([, line]) => line)
    .join('\n');
}

/** What a call brought of a file; empty when it brought nothing of it. */
function readOf(path: string, { name, status, arguments: given, output }: ToolCallState): string {
  if (status !== 'ok') return '';
  if (name === 'read_file') return pathOf(given) === path ? output : '';
  if (name !== 'find_passages') return '';
  // Below the path of each passage stand its lines; none of them can be taken for a path, for all begin with their numbers.
  const passages = output.split(/^# /m).filter((passage) => passage.startsWith(`${path}\n`));
  return passages.join('\n');
}

function pathOf(given: ToolCallState['arguments']): string | null {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return null;
  return typeof given['path'] === 'string' ? given['path'].replace(/^(?:\.\/)+/, '') : null;
}
