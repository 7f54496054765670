/** How far a clock jumps ahead, in ms. */
export const CLOCK_JUMP_MS = 40_000;

const PRELOADS = ['./jumping-clock.ts', './end-by-itself.ts'].map((file) =>
  import.meta.resolve(file),
);

/**
 * What a program under test gets beside its own settings.
 * @param more options for Node that come after.
 */
export function preloadEnv(more = ''): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: [...PRELOADS.map((url) => `--import=${url}`), more].join(' ').trim(),
    FAULTS_CLOCK_JUMP_MS: String(CLOCK_JUMP_MS),
  };
}
