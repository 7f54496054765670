/** How far a clock jumps ahead, in ms. */
export const CLOCK_JUMP_MS = 40_000;

const PRELOADS = [
  import.meta.resolve('./jumping-clock.ts'),
  import.meta.resolve('./end-by-itself.ts'),
];

/**
 * The environment of a program under test, in addition to its settings.
 * @param more options for Node that come after.
 */
export function preloadEnv(more = ''): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: [...PRELOADS.map((url) => `--import=${url}`), more].join(' ').trim(),
    FAULTS_CLOCK_JUMP_MS: String(CLOCK_JUMP_MS),
  };
}
