import {
  budgetSchema,
  type ReviewRole,
  reviewIssueInputSchema,
  reviewRoleSchema,
} from '@runtape/events';
import { InvalidArgumentError } from 'commander';

/** A role and the model that plays it. */
export type RoleModel = readonly [ReviewRole, string];

const { maxIterations, onAgentFailure } = reviewIssueInputSchema.shape;

/** `--max-iterations`. @throws InvalidArgumentError. */
export function readMaxIterations(text: string): number {
  return read(maxIterations, toNumber(text), 'a whole number from 0 to 5.');
}

/** `--budget-usd`. @throws InvalidArgumentError. */
export function readDollars(text: string): number {
  const usd = toNumber(text);
  read(budgetSchema, { usd }, 'a number of US dollars above 0, at most 10000.');
  return usd;
}

/** `--budget-tokens`. @throws InvalidArgumentError. */
export function readTokens(text: string): number {
  const tokens = toNumber(text);
  read(budgetSchema, { tokens }, 'a whole number of tokens above 0, at most 1000000000.');
  return tokens;
}

/** `--on-agent-failure`. @throws InvalidArgumentError. */
export function readOnAgentFailure(text: string): 'continue' | 'fail' {
  return read(onAgentFailure, text, 'continue or fail.');
}

/** `--model role=name`, once for each role. @throws InvalidArgumentError. */
export function readRoleModel(text: string, before: readonly RoleModel[] = []): RoleModel[] {
  const [, role, name] = /^([^=]*)=(.+)$/.exec(text) ?? [];
  const roles = reviewRoleSchema.options;
  const expected = `role=name, with a role of ${roles.join(', ')}.`;
  if (name === undefined) throw new InvalidArgumentError(expected);
  return [...before, [read(reviewRoleSchema, role, expected), name]];
}

interface Schema<Value> {
  safeParse(given: unknown): { success: true; data: Value } | { success: false };
}

function read<Value>(schema: Schema<Value>, given: unknown, expected: string): Value {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(expected);
}

/** An empty text is no 0. */
function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
