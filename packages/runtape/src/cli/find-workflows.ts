import type { WorkflowDefinition } from '@runtape/engine';
import { RuntapeError } from '../errors.ts';

/**
 * Finds the workflow definitions among the exports of a module, also in lists.
 * @param file for the message.
 * @throws RuntapeError `no_workflows` when there are none.
 */
export function findWorkflows(exported: unknown, file: string): readonly WorkflowDefinition[] {
  const values = typeof exported === 'object' && exported !== null ? Object.values(exported) : [];
  const found = new Set(values.flat().filter(isDefinition));
  if (found.size > 0) return [...found];
  throw new RuntapeError(
    'no_workflows',
    `${file} exports no workflow. Export what defineWorkflow returns: export const feed = defineWorkflow({ … });`,
  );
}

function isDefinition(value: unknown): value is WorkflowDefinition {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'input' in value &&
    'maxAttempts' in value &&
    'run' in value &&
    typeof value.run === 'function'
  );
}
