import type { CommentOnIssueResult, ToolCallState } from '@runtape/events';
import { FileCode } from 'lucide-react';
import type { ReactNode } from 'react';

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
      <pre className="mt-1 max-h-80 overflow-auto rounded-md border p-3 text-xs">{lines}</pre>
    </details>
  );
}

function labelOf({ path, lines: [first, last] }: Source): string {
  return `${path}:${first}–${last}`;
}

/** The lines as the tool returned them to the model. */
function linesOf({ path }: Source, tools: readonly ToolCallState[]): string | null {
  const read = tools.find(
    (tool) => tool.status === 'ok' && tool.name === 'read_file' && pathOf(tool.arguments) === path,
  );
  return read?.output ?? null;
}

function pathOf(given: ToolCallState['arguments']): string | null {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return null;
  return typeof given['path'] === 'string' ? given['path'] : null;
}
