import { EventEmitter, once } from 'node:events';
import { startDemoModel } from '@runtape/worker/demo-model';
import type { ProgramEnv } from '@runtape/e2e';

/**
 * Well below the silence after which a worker gives a model up; with hundreds of tokens left, a
 * text then takes most of an hour.
 */
const NEXT_TOKEN_MS = 10_000;

/**
 * A model that all but stops in the middle of each text: what a test does meanwhile may take as
 * long as it likes.
 */
export interface HeldModel extends AsyncDisposable {
  /** Makes a server use it. */
  readonly env: ProgramEnv;
  /**
   * From now on each text is written until it matches, and from there on a token at a time, with
   * long waits.
   */
  hold(until: RegExp): void;
  /** From now on all texts, those too that were held, are written to the end. */
  goOn(): void;
}

/** The second item of an answer's list has begun. */
export const SECOND_ITEM = /^- .*\n- \S/m;
/** A draft has its second heading, and something below it. */
export const SECOND_HEADING = /^### [^]*^### .*\n\n\S/m;

/** @param until where texts stop at first. */
export async function startHeldModel(until: RegExp): Promise<HeldModel> {
  const changes = new EventEmitter<{ change: [] }>();
  // Each text that is held listens.
  changes.setMaxListeners(0);
  let heldAt: RegExp | null = until;
  const set = (at: RegExp | null): void => {
    heldAt = at;
    changes.emit('change');
  };
  const demo = await startDemoModel({
    tokensPerSecond: 2000,
    mayGoOn: async (written, signal) => {
      const late = AbortSignal.timeout(NEXT_TOKEN_MS);
      const either = { signal: AbortSignal.any([signal, late]) };
      while (!late.aborted && heldAt?.test(written) === true) {
        await once(changes, 'change', either).catch(() => signal.throwIfAborted());
      }
    },
  });
  return {
    env: { OPENAI_BASE_URL: demo.url, OPENAI_API_KEY: 'demo', OPENAI_MODEL: 'runtape-demo' },
    hold: set,
    goOn: () => set(null),
    [Symbol.asyncDispose]: () => demo.close(),
  };
}
