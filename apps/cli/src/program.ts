import { Command, InvalidArgumentError } from 'commander';
import type { AskOptions } from './commands/ask.ts';
import type { CommentOptions } from './commands/comment.ts';
import type { CommandContext, UrlOption } from './commands/context.ts';
import type { FollowCommandOptions } from './commands/follow.ts';
import type { ListOptions } from './commands/list.ts';
import type { ReplayOptions } from './commands/replay.ts';
import type { ReviewOptions } from './commands/review.ts';
import type { TokenOptions } from './commands/token.ts';
import type { VerifyOptions } from './commands/verify.ts';
import type { ExitCode } from './exit-code.ts';
import { explainFailure } from './explain-failure.ts';
import { warn, write } from './terminal.ts';

const MAX_LIMIT = 200;
const MAX_DAYS = 3650;
const MAX_SECONDS = 3600;
const TARGET = 'sample:<name>, owner/repo#123, or the URL of an issue';
const EXIT_CODES = `
Exit codes: 0 completed, 1 failed, 2 wrong usage or refused, 3 cancelled, 4 the server cannot be reached,
5 detached: the program stopped before the workflow ended, because of Ctrl-C or a closed stdout (| head).
Without --url (or RUNTAPE_URL) the program starts its own server, with the store that the environment names.
If the server has accounts, set RUNTAPE_TOKEN to your token.`;

const VERIFY_HELP = `
Starts two workflows on a sample and asks one question, which calls the model and may cost money.
The workflows stay in the list. If the server has accounts, set RUNTAPE_TOKEN to your token.
Exit codes: 0 all checks passed, 1 a check failed, 2 wrong usage, 4 the server cannot be reached.`;

/**
 * Creates the command line. Each command is imported when it is called, so that --help and the
 * other commands start faster.
 * @param done called with the exit code of the command.
 */
export function createProgram(context: CommandContext, done: (code: ExitCode) => void): Command {
  const program = new Command('runtape')
    .description('Starts, follows, pauses, resumes and cancels LLM workflows.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void write(context.terminal, text),
      writeErr: (text) => warn(context.terminal, text.trimEnd()),
      outputError: (text, writeError) => writeError(text),
    })
    .showHelpAfterError('(--help explains the usage)')
    .addHelpText('after', EXIT_CODES);

  followingCommand('comment')
    .description('Drafts a comment on an issue. The draft goes to stdout as it is written.')
    .argument('[target]', TARGET)
    .option('--issue <file>', 'an issue as a Markdown file, with --repo')
    .option('--repo <dir>', 'the folder with the code, with --issue')
    .option('--list', 'print the names of the samples, one per line')
    .option('--post', 'post the draft to GitHub (needs GITHUB_TOKEN)')
    .action(async (target: string | undefined, options: CommentOptions) => {
      const { comment } = await import('./commands/comment.ts');
      await end(comment(context, target, options), options.url);
    });

  followingCommand('ask')
    .description('Answers a question about a repository and cites its code.')
    .argument('[question]', 'in quotes, at most 4000 characters')
    .option('--repo <dir>', "the folder with the code; default: Runtape's own code")
    .option('--github <owner/repo>', 'a repository on GitHub instead')
    .option('--thread <id>', 'continue the conversation of this thread')
    .action(async (question: string | undefined, options: AskOptions) => {
      const { ask } = await import('./commands/ask.ts');
      await end(ask(context, question, options), options.url);
    });

  followingCommand('review')
    .description(
      'Reviews an issue with four agents: triager, researcher, writer and critic. The draft goes to stdout as it is written.',
    )
    .argument('[target]', TARGET)
    .option('--issue <file>', 'an issue as a Markdown file, with --repo')
    .option('--repo <dir>', 'the folder with the code, with --issue')
    .option(
      '--max-iterations <n>',
      'how often the critic may send the draft back, 0 to 5 (default: 2)',
    )
    .option('--budget-usd <n>', 'stop when this many US dollars are spent')
    .option('--budget-tokens <n>', 'stop when this many tokens are spent')
    .option('--model <role=name>', 'the model for one role; can be repeated', collect)
    .option(
      '--on-agent-failure <policy>',
      'continue without a role that fails, or fail (default: continue)',
    )
    .action(async (target: string | undefined, options: ReviewOptions) => {
      const { review } = await import('./commands/review.ts');
      await end(review(context, target, options), options.url);
    });

  followingCommand('follow')
    .description('Shows a workflow from its start to its end.')
    .argument('<workflowId>')
    .option('--after <eventId>', 'show only the events after this one')
    .action(async (id: string, options: FollowCommandOptions) => {
      const { follow } = await import('./commands/follow.ts');
      await end(follow(context, id, options), options.url);
    });

  const controls = {
    cancel: 'Cancels a workflow, wherever it runs.',
    pause: 'Pauses a workflow, wherever it runs, until it is resumed.',
    resume: 'Resumes a paused workflow after its last completed step.',
  } as const;
  for (const name of ['cancel', 'pause', 'resume'] as const) {
    serverCommand(name)
      .description(controls[name])
      .argument('<workflowId>')
      .action(async (id: string, options: UrlOption) => {
        const { control } = await import('./commands/control.ts');
        await end(control(context, name, id, options), options.url);
      });
  }

  serverCommand('list')
    .description('Prints workflows, newest first.')
    .option('--limit <n>', `how many, 1 to ${MAX_LIMIT}`, readLimit, 20)
    .option('--json', 'print one workflow per line, as JSON')
    .action(async (options: ListOptions) => {
      const { list } = await import('./commands/list.ts');
      await end(list(context, options), options.url);
    });

  serverCommand('archive')
    .description('Archives every workflow that has ended, each as one NDJSON file.')
    .argument('<dir>', 'the folder; workflows that are already in it are skipped')
    .action(async (dir: string, options: UrlOption) => {
      const { archive } = await import('./commands/archive.ts');
      await end(archive(context, dir, options), options.url);
    });

  program
    .command('replay')
    .description('Shows an archived workflow again, as it ran.')
    .argument('<file>', 'a file that "runtape archive" wrote; its name ends in .ndjson')
    .option('--speed <n>', 'how many times faster; 0 shows everything at once', readSpeed, 1)
    .option('--json', 'print one event per line, as JSON')
    .addHelpText('after', EXIT_CODES)
    .action(async (file: string, options: ReplayOptions) => {
      const { replay } = await import('./commands/replay.ts');
      await end(replay(context, file, options), undefined);
    });

  program
    .command('verify')
    .description(
      'Streams a workflow through every API of a running server, and prints which checks passed.',
    )
    .argument('<url>', 'the server as clients reach it, through its proxy if it has one')
    .option('--json', 'print one result per line, as JSON')
    .option('--heartbeat <seconds>', 'HEARTBEAT_SECONDS of the server', readSeconds, 15)
    .option('--timeout <seconds>', 'time limit for all checks', readSeconds, 120)
    .addHelpText('after', VERIFY_HELP)
    .action(async (url: string, options: VerifyOptions) => {
      const { verify } = await import('./commands/verify.ts');
      await end(verify(context, url, options), undefined);
    });

  program
    .command('token')
    .description('Prints a token that signs a user in. AUTH_SECRET must be that of the server.')
    .argument('<user>', 'the id of the user')
    .option('--days <n>', 'how long it is valid', readDays, 30)
    .option('--name <name>', 'the name to show on the page')
    .option('--all', 'lets the user see and change the workflows of everyone')
    .action(async (user: string, options: TokenOptions) => {
      const { token } = await import('./commands/token.ts');
      await end(token(context, user, options), undefined);
    });

  return program;

  async function end(command: Promise<ExitCode>, url: string | undefined): Promise<void> {
    done(await explainFailure(command, url));
  }

  /** Adds a command that connects to a server. */
  function serverCommand(name: string): Command {
    const url = context.process.env['RUNTAPE_URL'];
    return program
      .command(name)
      .option('--url <url>', 'a running server; RUNTAPE_URL is its default', url)
      .addHelpText('after', EXIT_CODES);
  }

  /** Adds a command that shows a workflow until its end. */
  function followingCommand(name: string): Command {
    return serverCommand(name)
      .option('--json', 'print one event per line, as JSON')
      .option('--cancel-on-interrupt', 'Ctrl-C cancels the workflow instead of detaching');
  }
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function readSpeed(text: string): number {
  const speed = Number(text);
  if (text.trim() !== '' && Number.isFinite(speed) && speed >= 0) return speed;
  throw new InvalidArgumentError('Give a number such as 10, or 0 for everything at once.');
}

function readSeconds(text: string): number {
  return readUpTo(text, MAX_SECONDS, 'seconds');
}

function readDays(text: string): number {
  return readUpTo(text, MAX_DAYS, 'days');
}

function readUpTo(text: string, max: number, unit: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= max) return value;
  throw new InvalidArgumentError(`Give a number of ${unit}, at most ${max}.`);
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${MAX_LIMIT}.`);
}
