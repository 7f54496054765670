import type { WorkflowListItem } from '@runtape/client';
import { connectServer } from '../connect-server.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { inOneLine, say, write, writeJson } from '../terminal.ts';
import type { CommandContext, UrlOption } from './context.ts';

const STATUS_WIDTH = 10;
const TARGET_WIDTH = 28;

export interface ListOptions extends UrlOption {
  readonly limit: number;
  readonly json?: boolean | undefined;
}

/** Prints workflows, newest first. */
export async function list(
  context: CommandContext,
  { url, limit, json }: ListOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  await using connection = await connectServer(context, { url, runWorkflows: false });
  const { workflows, next } = await connection.client.listWorkflows({ limit });
  if (workflows.length === 0)
    say(terminal, 'No workflows yet. Start one: npx pnpm runtape comment --list');
  for (const workflow of workflows) {
    if (json === true) await writeJson(terminal, workflow);
    else await write(terminal, `${row(workflow)}\n`);
  }
  if (next !== null) say(terminal, `There are more. --limit prints up to 200.`);
  return exitCode.completed;
}

function row({ workflowId, status, target, title, createdAt }: WorkflowListItem): string {
  const started = new Date(createdAt).toISOString().slice(0, 16).replace('T', ' ');
  return [workflowId, status.padEnd(STATUS_WIDTH), started, target.padEnd(TARGET_WIDTH), title]
    .map(inOneLine)
    .join('  ');
}
