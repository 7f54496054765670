import { startDemoModel } from './demo-model/demo-model.ts';
import type { WorkerEnv } from './env.ts';

export interface ConnectedModel extends AsyncDisposable {
  readonly apiKey: string;
  readonly baseURL: string | undefined;
  readonly model: string;
  readonly isDemo: boolean;
}

export type ModelEnv = Pick<
  WorkerEnv,
  'OPENAI_API_KEY' | 'OPENAI_BASE_URL' | 'OPENAI_MODEL' | 'DEMO_TOKENS_PER_SECOND'
>;

/** The endpoint in the environment, or the demo model, started here. */
export async function connectModel(env: ModelEnv): Promise<ConnectedModel> {
  if (env.OPENAI_API_KEY === undefined && env.OPENAI_BASE_URL === undefined) {
    return await connectDemoModel(env.DEMO_TOKENS_PER_SECOND);
  }
  return {
    // Private endpoints often need no key, but the SDK requires one.
    apiKey: env.OPENAI_API_KEY ?? 'none',
    baseURL: env.OPENAI_BASE_URL,
    model: env.OPENAI_MODEL,
    isDemo: false,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function connectDemoModel(tokensPerSecond: number): Promise<ConnectedModel> {
  const demo = await startDemoModel({ tokensPerSecond });
  return {
    apiKey: 'demo',
    baseURL: demo.url,
    model: 'runtape-demo',
    isDemo: true,
    [Symbol.asyncDispose]: () => demo.close(),
  };
}
