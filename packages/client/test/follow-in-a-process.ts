import { createRuntapeClient } from '../src/index.ts';

/** A program that follows a workflow and does nothing else; run by `keep-alive.e2e.test.ts`. */
const [url = '', workflowId = ''] = process.argv.slice(2);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const client = createRuntapeClient({ url, retry: { baseMs: 50, maxMs: 100, attempts: 1000 } });
const following = client.follow(workflowId, { onConnection: ({ state }) => print(state) });
for await (const { message } of following) print(message.type);
print('done');
