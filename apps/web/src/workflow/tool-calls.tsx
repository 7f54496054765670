import type { ToolCallState, WorkflowSnapshot } from '@runtape/events';
import { ToolCall, WorkflowTimeline } from '@runtape/react';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { LongList, MAX_RENDERED_ROWS } from '../ui/long-list.tsx';
import { SearchField } from '../ui/search-field.tsx';

/** The height of a collapsed call, in px. */
const ROW_PX = 48;

interface Row {
  readonly key: string;
  readonly call: ToolCallState;
}

/** The tool calls. A long list renders only the visible rows, and has a search field. */
export function ToolCalls({ tools }: Pick<WorkflowSnapshot, 'tools'>): ReactNode {
  if (tools.length <= MAX_RENDERED_ROWS) {
    return <WorkflowTimeline workflow={{ statuses: [], tools, agents: [] }} label="Tool calls" />;
  }
  return <ManyCalls tools={tools} />;
}

function ManyCalls({ tools }: { readonly tools: readonly ToolCallState[] }): ReactNode {
  const [text, setText] = useState('');
  const query = useDeferredValue(text.trim().toLowerCase());
  // Models reuse call ids, so the position is the key.
  const rows = useMemo(() => tools.map((call, index): Row => ({ key: `${index}`, call })), [tools]);
  const found = useMemo(
    () => (query === '' ? rows : rows.filter(({ call }) => searchText(call).includes(query))),
    [rows, query],
  );
  return (
    <div className="space-y-3">
      <SearchField
        label="Find in tool calls"
        value={text}
        onChange={setText}
        result={
          query === '' ? '' : `${formatCount(found.length)} of ${formatCount(rows.length)} calls`
        }
      />
      {found.length === 0 ? (
        <p className="text-sm text-muted-foreground">No tool call contains this text.</p>
      ) : (
        <LongList
          rows={found}
          label="Tool calls"
          keyOf={({ key }) => key}
          rowPx={ROW_PX}
          className="text-sm"
          rowClassName="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-2 pb-3"
        >
          {({ call }) => (
            <>
              <time dateTime={call.startedAt} className="font-mono text-xs leading-5 opacity-80">
                {new Date(call.startedAt).toLocaleTimeString('en-GB')}
              </time>
              <ToolCall call={call} />
            </>
          )}
        </LongList>
      )}
    </div>
  );
}

function searchText({ name, arguments: given, summary, output }: ToolCallState): string {
  return `${name} ${JSON.stringify(given)} ${summary} ${output}`.toLowerCase();
}
