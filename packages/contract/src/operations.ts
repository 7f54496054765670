import type { z } from 'zod';
import { cancelWorkflow, pauseWorkflow, resumeWorkflow, shareWorkflow } from './commands.ts';
import { definitions } from './definitions.ts';
import { onWorkflowEvents, workflowEvents, workflowPast } from './events.ts';
import type { ApiErrorCode } from './errors.ts';
import type { InputsOf, Operation, OutputsOf } from './operation.ts';
import type { ProcedureName, Procedures } from './procedures.ts';
import { statistics } from './server.ts';
import { start } from './start.ts';
import { onThreadEvents, threadEvents } from './threads.ts';
import {
  getWorkflow,
  listWorkflows,
  workflowInfo,
  workflowInput,
  workflowTape,
} from './workflows.ts';

/** Every procedure, by name. */
export const operations = {
  start,
  cancelWorkflow,
  pauseWorkflow,
  resumeWorkflow,
  shareWorkflow,
  definitions,
  statistics,
  getWorkflow,
  workflowInfo,
  workflowInput,
  listWorkflows,
  workflowEvents,
  workflowPast,
  workflowTape,
  threadEvents,
  onWorkflowEvents,
  onThreadEvents,
} as const satisfies {
  readonly [Name in ProcedureName]: Operation<Procedures[Name], z.ZodType, unknown, ApiErrorCode>;
};

export type Operations = typeof operations;

/** The input of each operation, as clients send it. */
export type Inputs = InputsOf<Operations>;

/** The output of each operation; for a subscription, of each message. */
export type Outputs = OutputsOf<Operations>;
