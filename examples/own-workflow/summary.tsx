import { useWorkflow } from 'runtape/react';
import type { App } from './server.ts';

/** Shows a summary as it is written, also to someone who comes late. */
export function Summary({ workflowId }: { readonly workflowId: string }) {
  const { text, status, error } = useWorkflow<App>('summarise', workflowId);
  if (error) return <p role="alert">{error.message}</p>;
  return <p aria-busy={status === 'running'}>{text('summary')}</p>;
}
