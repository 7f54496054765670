import { useState } from 'react';
import type { RuntapeClient } from 'runtape/client';
import { useWorkflow } from 'runtape/react';
import type { App } from '../runtape.ts';

/** Starts a countdown and shows it. The address has its id: reload, and it goes on. */
export function Countdown({ client }: { readonly client: RuntapeClient<App> }) {
  const [workflowId, setWorkflowId] = useState(location.hash.slice(1));
  const start = async () => {
    const run = await client.start('countdown', { from: 50 });
    location.hash = run.workflowId;
    setWorkflowId(run.workflowId);
  };
  return (
    <main>
      <button onClick={() => void start()}>Count down</button>
      {workflowId !== '' && <Count workflowId={workflowId} />}
    </main>
  );
}

function Count({ workflowId }: { readonly workflowId: string }) {
  const { workflow, status, error } = useWorkflow<App>('countdown', workflowId);
  if (error !== null) return <p role="alert">{error.message}</p>;
  return (
    <output aria-busy={status === 'running'}>
      {status === 'completed' ? 'Lift-off' : JSON.stringify(workflow.custom.counted?.last.data)}
    </output>
  );
}
