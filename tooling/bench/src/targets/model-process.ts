import { startDemoModel } from '@runtape/worker/demo-model';
import { expose } from '../processes/expose.ts';

const functions = {
  start: async (tokensPerSecond: number) => (await startDemoModel({ tokensPerSecond })).url,
};

/** The demo model in a separate process, because a real model runs elsewhere. */
export type ModelFunctions = typeof functions;

expose(functions);
