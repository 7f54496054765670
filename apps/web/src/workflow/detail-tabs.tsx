import type { WorkflowSnapshot } from '@runtape/events';
import { LogPane } from '@runtape/react';
import { Tabs } from 'radix-ui';
import type { ReactNode } from 'react';
import { ActivityTab } from './activity-tab.tsx';
import { EventsTab } from './events-tab.tsx';

const names = { activity: 'Activity', logs: 'Logs', events: 'Events' } as const;

/** The tabs beside the text. */
export function DetailTabs(props: {
  readonly workflow: WorkflowSnapshot;
  /** `false` at a past moment of the tape. */
  readonly isNow: boolean;
  /** The roles in the order of their lanes on the tape. */
  readonly lanes: readonly string[];
  /** The known event types that are not built in. */
  readonly ownTypes: readonly string[];
}): ReactNode {
  const { workflow, isNow, lanes, ownTypes } = props;
  return (
    <Tabs.Root defaultValue="activity" className="min-w-0 rounded-xl border bg-card">
      <Tabs.List aria-label="Details" className="flex gap-1 border-b px-2">
        {Object.entries(names).map(([value, name]) => (
          <Tabs.Trigger
            key={value}
            value={value}
            className="-mb-px rounded-t-md border-b-2 border-transparent px-3 py-2.5 text-sm text-muted-foreground -outline-offset-4 data-[state=active]:border-primary data-[state=active]:text-foreground"
          >
            {name}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value="activity" className="p-4">
        <ActivityTab workflow={workflow} isNow={isNow} lanes={lanes} ownTypes={ownTypes} />
      </Tabs.Content>
      <Tabs.Content value="logs" className="p-4">
        <LogPane logs={workflow.logs} />
      </Tabs.Content>
      <Tabs.Content value="events" className="p-4">
        <EventsTab workflowId={workflow.workflowId} cursor={workflow.cursor} ownTypes={ownTypes} />
      </Tabs.Content>
    </Tabs.Root>
  );
}
