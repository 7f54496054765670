import { z } from 'zod';
import { accessEnvShape, findIncomplete, type SettingProblem } from './access-env.ts';
import { findRedisProblems, nonEmpty, redisEnvShape } from './redis-env.ts';
import { checkNames } from './setting-names.ts';

const SECRETS: ReadonlySet<string> = new Set([
  'AUTH_SECRET',
  'REDIS_PASSWORD',
  'REDIS_SENTINEL_PASSWORD',
]);

/** A setting that is a whole number. */
export const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const seconds = (min: number, max: number) => z.coerce.number().min(min).max(max);

const pricesSchema = z.record(
  z.string(),
  z.object({
    inputPerMillion: z.number().nonnegative(),
    outputPerMillion: z.number().nonnegative(),
  }),
);

/** All settings of a program that runs workflows. A test compares the README's table with them. */
export const workerEnvShape = {
  ...redisEnvShape,
  RUNTAPE_DB: nonEmpty
    .default('.runtape/runtape.db')
    .describe('The SQLite file that keeps workflows when no Redis is set.'),
  RUNTAPE_CACHE: nonEmpty
    .default('.runtape/cache')
    .describe('The folder for downloaded repositories and indexes of their files.'),
  RUNTAPE_CACHE_MB: wholeNumber(1, 10_000_000)
    .default(4096)
    .describe(
      'How much disk space downloaded repositories may use there, in MB. The least recently used are removed first; those in use stay.',
    ),
  WORKERS: wholeNumber(0, 1000)
    .default(4)
    .describe('How many workflows this process runs at once. With 0 a server runs none.'),
  LEASE_SECONDS: seconds(1, 600)
    .default(8)
    .describe(
      'After how many seconds without a sign of life another worker takes over a workflow.',
    ),
  RETENTION_DAYS: z.coerce
    .number()
    .positive()
    .max(3650)
    .default(7)
    .describe('How long workflows are kept after their end, in days.'),
  ARCHIVE_DIR: nonEmpty
    .optional()
    .describe('The folder where each workflow is archived as an NDJSON file before it is removed.'),
  MAX_EVENTS: wholeNumber(10, 1_000_000_000)
    .default(1_000_000)
    .describe('A workflow that reaches this many events fails with too_many_events.'),
  OPENAI_API_KEY: nonEmpty
    .optional()
    .describe(
      'The key for the model. Without it and OPENAI_BASE_URL, the built-in demo model answers.',
    ),
  OPENAI_BASE_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Any endpoint that speaks the OpenAI protocol.'),
  OPENAI_MODEL: nonEmpty.default('gpt-4.1-mini').describe('The model that drafts.'),
  MODEL_IDLE_SECONDS: seconds(1, 86_400)
    .optional()
    .describe(
      'How long a model may be silent, in seconds. Default: 300 before its first token, 120 after it.',
    ),
  MODEL_CONTEXT_TOKENS: wholeNumber(1_024, 100_000_000)
    .optional()
    .describe(
      'The context size of the model, in tokens. Default: known from its name, otherwise 128000.',
    ),
  MODEL_MAX_OUTPUT_TOKENS: wholeNumber(16, 10_000_000)
    .optional()
    .describe('The most tokens in one answer. Default: decided by the endpoint.'),
  MODEL_PRICES: z
    .string()
    .transform(parseJson)
    .pipe(pricesSchema)
    .optional()
    .describe(
      'Prices in US dollars per million tokens, as JSON: {"model": {"inputPerMillion": 0.4, "outputPerMillion": 1.6}}.',
    ),
  DEMO_TOKENS_PER_SECOND: z.coerce
    .number()
    .positive()
    .max(100_000)
    .default(60)
    .describe('How fast the demo model writes, in tokens per second.'),
  GITHUB_TOKEN: nonEmpty
    .optional()
    .describe('For private repositories, for posting, and for higher rate limits.'),
  GITHUB_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.github.com')
    .describe('The API of a GitHub Enterprise server.'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('warn')
    .describe('The least severe messages to write to stderr, as JSON lines.'),
  ...accessEnvShape,
} as const;

const workerEnvSchema = z.object(workerEnvShape);

/** The settings of a program that runs workflows. */
export type WorkerEnv = z.output<typeof workerEnvSchema>;

/** The environment has invalid values. The message lists all of them, without secrets. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
  readonly code = 'invalid_environment';
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ReadEnvOptions {
  /** Finds problems between settings. Gets the non-empty values. Default: none. */
  readonly findProblems?: ((values: Environment) => readonly SettingProblem[]) | undefined;
  /** Called for variables that look like a misspelt setting. Default: ignored. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Reads the settings of a worker.
 * @throws EnvError that lists everything that is wrong.
 */
export function readWorkerEnv(
  env: Environment,
  options: Pick<ReadEnvOptions, 'onWarning'> = {},
): WorkerEnv {
  return readEnv(workerEnvSchema, env, options);
}

/**
 * Reads settings by a schema. An empty value counts as not set, except for access settings: empty
 * or misspelt ones are refused, since ignoring them could allow more than intended.
 * @throws EnvError that lists all problems.
 */
export function readEnv<Schema extends z.ZodObject>(
  schema: Schema,
  env: Environment,
  { findProblems, onWarning }: ReadEnvOptions = {},
): z.output<Schema> {
  const set = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || value.trim() === '' ? [] : [[name, value] as const],
  );
  const values = Object.fromEntries(
    // Secrets are not trimmed, since other programs use them as they are.
    set.map(([name, value]) => [name, SECRETS.has(name) ? value : value.trim()]),
  );
  const names = checkNames(env, Object.keys(schema.shape));
  const parsed = schema.safeParse(values);
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => ({ name: path.join('.'), message })),
    ...names.problems,
    ...findIncomplete(values),
    ...findRedisProblems(values),
    ...(findProblems?.(values) ?? []),
  ];
  if (!parsed.success || problems.length > 0) throw refused(problems);
  for (const warning of names.warnings) onWarning?.(warning);
  return parsed.data;
}

function refused(problems: readonly SettingProblem[]): EnvError {
  const lines = problems.map(({ name, message }) => `  ${name}: ${message}`);
  return new EnvError(
    `These environment variables cannot be used:\n${lines.join('\n')}\nThe README lists every variable and what it takes.`,
  );
}

function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('is not JSON');
    return z.NEVER;
  }
}
