import {
  type ReviewRole,
  reviewIssueInputSchema,
  reviewRoleSchema,
} from '@runtape/github-workflows/contract';
import { budgetSchema } from '@runtape/events';
import { usageError } from './exit-code.ts';

/** A role and its model. */
export type RoleModel = readonly [ReviewRole, string];

const { maxIterations, onAgentFailure } = reviewIssueInputSchema.shape;

/**
 * Parses `--max-iterations`.
 * @throws CliError (usage).
 */
export function readMaxIterations(text: string): number {
  return read(maxIterations, toNumber(text), '--max-iterations takes a whole number from 0 to 5.');
}

/**
 * Parses `--budget-usd`.
 * @throws CliError (usage).
 */
export function readDollars(text: string): number {
  const usd = toNumber(text);
  const expected = '--budget-usd takes a number of US dollars above 0, at most 10000.';
  read(budgetSchema, { usd }, expected);
  return usd;
}

/**
 * Parses `--budget-tokens`.
 * @throws CliError (usage).
 */
export function readTokens(text: string): number {
  const tokens = toNumber(text);
  const expected = '--budget-tokens takes a whole number of tokens above 0, at most 1000000000.';
  read(budgetSchema, { tokens }, expected);
  return tokens;
}

/**
 * Parses `--on-agent-failure`.
 * @throws CliError (usage).
 */
export function readOnAgentFailure(text: string): 'continue' | 'fail' {
  return read(onAgentFailure, text, '--on-agent-failure takes continue or fail.');
}

/**
 * Parses `--model role=name`, which is given once for each role.
 * @throws CliError (usage).
 */
export function readRoleModel(text: string, before: readonly RoleModel[] = []): RoleModel[] {
  const [, role, name] = /^([^=]*)=(.+)$/.exec(text) ?? [];
  const roles = reviewRoleSchema.options;
  const expected = `--model takes role=name, with a role of ${roles.join(', ')}.`;
  if (name === undefined) throw usageError(expected);
  return [...before, [read(reviewRoleSchema, role, expected), name]];
}

interface Schema<Value> {
  safeParse(given: unknown): { success: true; data: Value } | { success: false };
}

function read<Value>(schema: Schema<Value>, given: unknown, expected: string): Value {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw usageError(expected);
}

/** `Number` would convert an empty text to 0. */
function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
