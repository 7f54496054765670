#!/usr/bin/env node
import { relative } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { CreateError } from './create-error.ts';
import { createProject } from './create-project.ts';
import { readTemplate, type Template, templates } from './templates.ts';

const names = Object.keys(templates).join(', ');
const USAGE = `Usage: npm create runtape@latest [folder] -- [--template <name>]

Makes a project with a workflow of your own. Templates:
${Object.entries(templates)
  .map(([name, description]) => `  ${name.padEnd(8)}  ${description}`)
  .join('\n')}`;

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CreateError)) throw error;
  console.error(error.message);
  process.exitCode = error.code === 'invalid_arguments' ? 2 : 1;
}

async function run(args: readonly string[]): Promise<void> {
  const given = readArguments(args);
  if (given.help) {
    console.log(USAGE);
    return;
  }
  const { folder, template } = await askForMissing(given);
  const path = await createProject({ folder, template });
  const shown = relative(process.cwd(), path);
  const manager = packageManager();
  const start = template === 'next' ? 'dev' : 'start';
  const steps = [`${manager} install`, `${manager} run ${start}`];
  if (shown !== '') steps.unshift(shown.includes(' ') ? `cd "${shown}"` : `cd ${shown}`);
  console.log(`${path} is ready. Now run:\n\n  ${steps.join('\n  ')}\n`);
}

interface Given {
  readonly folder: string | undefined;
  readonly template: Template | undefined;
  readonly help: boolean;
}

/** @throws CreateError `invalid_arguments`. */
function readArguments(args: readonly string[]): Given {
  const options = {
    template: { type: 'string', short: 't' },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  const { values, positionals } = parsed();
  const [folder, ...others] = positionals;
  if (others.length > 0) throw wrong(`There is one folder too many: ${others.join(', ')}.`);
  const { template, help } = values;
  return { folder, template: template === undefined ? template : readTemplate(template), help };

  function parsed() {
    try {
      return parseArgs({ args: [...args], options, allowPositionals: true });
    } catch (error) {
      throw wrong(error instanceof Error ? error.message : String(error));
    }
  }
}

/** @throws CreateError `invalid_arguments` when nobody can be asked. */
async function askForMissing({ folder, template }: Given) {
  if (folder !== undefined && template !== undefined) return { folder, template };
  if (!process.stdin.isTTY) {
    throw wrong(
      folder === undefined ? 'Name the folder to make.' : `Choose a --template: ${names}.`,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ask = async (question: string, preset: string): Promise<string> =>
    (await terminal.question(`${question} (${preset}): `)).trim() || preset;
  try {
    return {
      folder: folder ?? (await ask('Folder', 'my-workflows')),
      template: template ?? readTemplate(await ask(`Template, one of ${names}`, 'hono')),
    };
  } finally {
    terminal.close();
  }
}

/** npm, pnpm, yarn and bun say their name to the programs that they start. */
function packageManager(): string {
  const [name = ''] = process.env['npm_config_user_agent']?.split('/') ?? [];
  return ['pnpm', 'yarn', 'bun'].includes(name) ? name : 'npm';
}

function wrong(message: string): CreateError {
  return new CreateError('invalid_arguments', `${message}\n\n${USAGE}`);
}
