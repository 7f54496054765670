import { parseArgs } from 'node:util';
import { startDemoModel } from './demo-model.ts';
import { DemoModelError } from './errors.ts';

const help = `Usage: node apps/worker/src/demo-model/cli.ts [--port N] [--tokens-per-second N]

Starts the demo model: a server that speaks the OpenAI protocol and needs no key.

  --port N               port on 127.0.0.1; a free one when left out
  --tokens-per-second N  pace of the answers, 60 when left out; "Infinity" for no delay
  --help                 this text

Prints its base URL on one line, for OPENAI_BASE_URL. Ctrl-C ends it.`;

try {
  await run();
} catch (error) {
  if (error instanceof DemoModelError && error.code === 'port_unavailable') {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else if (isUsageError(error)) {
    process.stderr.write(`${error.message}\n\n${help}\n`);
    process.exitCode = 2;
  } else {
    throw error;
  }
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      'tokens-per-second': { type: 'string', default: '60' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${help}\n`);
    return;
  }
  const demo = await startDemoModel({
    port: numberFrom(values.port),
    tokensPerSecond: numberFrom(values['tokens-per-second']),
  });
  process.stdout.write(`${demo.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void demo.close());
}

/** `Number`, except that nothing is not 0. */
function numberFrom(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function isUsageError(error: unknown): error is Error {
  return (
    error instanceof DemoModelError ||
    (error instanceof TypeError &&
      'code' in error &&
      String(error.code).startsWith('ERR_PARSE_ARGS'))
  );
}
