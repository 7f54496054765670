import { isWorkflowId, type WorkflowId } from '@runtape/events';
import { CliError, exitCode } from './exit-code.ts';

/** @throws CliError (usage) when the text cannot be the id of a workflow. */
export function readWorkflowId(text: string): WorkflowId {
  if (isWorkflowId(text)) return text;
  throw new CliError(
    exitCode.usage,
    `"${text}" is no workflow id. Ids look like wf_ and letters; "npx pnpm runtape list" prints them.`,
  );
}
