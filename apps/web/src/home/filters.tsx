import { type WorkflowStatus, workflowStatusSchema } from '@runtape/events';
import type { ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { statusLabel } from '../ui/status-badge.tsx';
import { inputLook } from '../ui/field.tsx';
import { useDefinitions } from '../start/definitions.ts';
import { kindNames, workflowNoun, workflowOf } from './kinds.ts';

const statuses: readonly WorkflowStatus[] = [
  'queued',
  'running',
  'paused',
  'retrying',
  'completed',
  'failed',
  'cancelled',
];

export interface Filter {
  readonly status: WorkflowStatus | null;
  /** A kind of the composer, or the name of another definition. */
  readonly kind: string | null;
}

/** The filter of the list, kept in the address. */
export function useFilter() {
  const [search, setSearch] = useSearchParams();
  const status = workflowStatusSchema.safeParse(search.get('status'));
  const filter: Filter = {
    status: status.success ? status.data : null,
    kind: search.get('kind'),
  };
  return {
    filter,
    setFilter: ({ status: newStatus, kind }: Filter): void =>
      setSearch({
        ...(newStatus !== null && { status: newStatus }),
        ...(kind !== null && { kind }),
      }),
  };
}

export function Filters(props: {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}): ReactNode {
  const { filter, onChange } = props;
  const kindsShown = useKinds(filter.kind);
  return (
    <div className="flex flex-wrap gap-x-4 gap-y-2">
      <label className={labelLook}>
        Kind
        <select
          className={selectLook}
          value={filter.kind ?? ''}
          onChange={(event) => onChange({ ...filter, kind: event.target.value || null })}
        >
          <option value="">All</option>
          {kindsShown.map((kind) => (
            <option key={kind} value={kind}>
              {workflowNoun(workflowOf(kind))}
            </option>
          ))}
        </select>
      </label>
      <label className={labelLook}>
        Status
        <select
          className={selectLook}
          value={filter.status ?? ''}
          onChange={(event) => {
            const status = statuses.find((each) => each === event.target.value) ?? null;
            onChange({ ...filter, status });
          }}
        >
          <option value="">All</option>
          {statuses.map((status) => (
            <option key={status} value={status}>
              {statusLabel(status)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** The kinds of workflows that this server can start, and the chosen one. */
function useKinds(chosen: string | null): readonly string[] {
  const { own, hasProduct } = useDefinitions();
  return [
    ...new Set([
      ...(hasProduct === true ? kindNames : []),
      ...own.map(({ name }) => name),
      ...(chosen === null ? [] : [chosen]),
    ]),
  ];
}

const labelLook = 'flex items-center gap-2 text-sm text-muted-foreground';
const selectLook = `${inputLook} w-auto py-1.5 text-sm text-foreground`;
