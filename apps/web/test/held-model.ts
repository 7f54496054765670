import { EventEmitter, once } from 'node:events';
import { startDemoModel } from '@runtape/worker/demo-model';
import type { ProgramEnv } from '@runtape/e2e';

/**
 * The pause between two tokens, in ms: well below the time-out of the worker, and so long that a
 * text with hundreds of tokens left takes most of an hour.
 */
const NEXT_TOKEN_MS = 10_000;

/**
 * A model that almost stops in the middle of each text, so that a test has time to do something
 * while the text is being written.
 */
export interface HeldModel extends AsyncDisposable {
  /** The settings that make a server use this model. */
  readonly env: ProgramEnv;
  /**
   * From now on, each text is written until it matches, and then token by token, with long pauses.
   */
  hold(until: RegExp): void;
  /** From now on, all texts are written to the end, including those that were held. */
  release(): void;
}

/** The second item of an answer's list has started. */
export const SECOND_ITEM = /^- .*\n- \S/m;
/** A draft has its second heading, and text below it. */
export const SECOND_HEADING = /^### [^]*^### .*\n\n\S/m;

/** @param until where texts are held at first. */
export async function startHeldModel(until: RegExp): Promise<HeldModel> {
  const changes = new EventEmitter<{ change: [] }>();
  // Each held text adds a listener.
  changes.setMaxListeners(0);
  let heldAt: RegExp | null = until;
  const set = (at: RegExp | null): void => {
    heldAt = at;
    changes.emit('change');
  };
  const demo = await startDemoModel({
    tokensPerSecond: 2000,
    beforeToken: async (written, signal) => {
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
    release: () => set(null),
    [Symbol.asyncDispose]: () => demo.close(),
  };
}
