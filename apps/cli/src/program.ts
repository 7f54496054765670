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

const MAX_DAYS = 3650;
const MAX_SECONDS = 3600;
const EXIT_CODES = `
Exit codes: 0 completed, 1 failed, 2 wrong usage or refused, 3 cancelled, 4 the server cannot be reached,
5 detached: the workflow had not ended when Ctrl-C, or the end of whoever reads stdout, ended this program.
Without --url (or RUNTAPE_URL) the program brings its own server, which keeps workflows where the environment says.
A server with accounts wants to know who asks: RUNTAPE_TOKEN is your token.`;

const VERIFY_HELP = `
It starts two workflows on a sample and asks one question, and pays for their model. They stay in the list.
RUNTAPE_TOKEN is your token for a server with accounts.
Exit codes: 0 all passed, 1 something did not, 2 wrong usage, 4 the server cannot be reached.`;

/**
 * The command line, described for commander. Each command is loaded when it is called: help, and the others, do not wait for it.
 * @param done hears how the command that was called ended.
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
    .showHelpAfterError('(--help says more)')
    .addHelpText('after', EXIT_CODES);

  withUrl(program.command('comment'))
    .description('Drafts a comment on an issue; the draft goes to stdout as it is written.')
    .argument('[target]', 'sample:<name>, owner/repo#123, or the URL of an issue')
    .option('--issue <file>', 'an issue as a Markdown file, with --repo')
    .option('--repo <dir>', 'the folder with the code, with --issue')
    .option('--list', 'print the names of the samples, one a line')
    .option('--json', 'print one event a line, as JSON')
    .option('--post', 'post the draft to GitHub (needs GITHUB_TOKEN)')
    .option('--cancel-on-interrupt', 'Ctrl-C cancels the workflow instead of detaching')
    .addHelpText('after', EXIT_CODES)
    .action(async (target: string | undefined, options: CommentOptions) => {
      const { comment } = await import('./commands/comment.ts');
      await end(comment(context, target, options), options.url);
    });

  withUrl(program.command('ask'))
    .description('Answers a question about a repository, with the places in its code.')
    .argument('[question]', 'in quotes, at most 4000 characters')
    .option('--repo <dir>', "the folder with the code; default: Runtape's own code")
    .option('--github <owner/repo>', 'a repository on GitHub instead')
    .option('--thread <id>', 'go on with what was asked in this thread before')
    .option('--json', 'print one event a line, as JSON')
    .option('--cancel-on-interrupt', 'Ctrl-C cancels the workflow instead of detaching')
    .addHelpText('after', EXIT_CODES)
    .action(async (question: string | undefined, options: AskOptions) => {
      const { ask } = await import('./commands/ask.ts');
      await end(ask(context, question, options), options.url);
    });

  withUrl(program.command('review'))
    .description(
      'Lets four agents review an issue: a triager, a researcher, a writer and a critic. The draft goes to stdout as it is written.',
    )
    .argument('[target]', 'sample:<name>, owner/repo#123, or the URL of an issue')
    .option('--issue <file>', 'an issue as a Markdown file, with --repo')
    .option('--repo <dir>', 'the folder with the code, with --issue')
    .option(
      '--max-iterations <n>',
      'how often the critic may send the draft back, 0 to 5 (default: 2)',
    )
    .option('--budget-usd <n>', 'stops when so many US dollars are spent')
    .option('--budget-tokens <n>', 'stops when so many tokens are spent')
    .option('--model <role=name>', 'the model of one role; may be repeated', collect)
    .option(
      '--on-agent-failure <policy>',
      'continue without a role that fails, or fail (default: continue)',
    )
    .option('--json', 'print one event a line, as JSON')
    .option('--cancel-on-interrupt', 'Ctrl-C cancels the workflow instead of detaching')
    .addHelpText('after', EXIT_CODES)
    .action(async (target: string | undefined, options: ReviewOptions) => {
      const { review } = await import('./commands/review.ts');
      await end(review(context, target, options), options.url);
    });

  withUrl(program.command('follow'))
    .description('Shows a workflow, from its start to its end.')
    .argument('<workflowId>')
    .option('--after <eventId>', 'only what came after this event')
    .option('--json', 'print one event a line, as JSON')
    .option('--cancel-on-interrupt', 'Ctrl-C cancels the workflow instead of detaching')
    .addHelpText('after', EXIT_CODES)
    .action(async (id: string, options: FollowCommandOptions) => {
      const { follow } = await import('./commands/follow.ts');
      await end(follow(context, id, options), options.url);
    });

  withUrl(program.command('cancel'))
    .description('Cancels a workflow, wherever it runs.')
    .argument('<workflowId>')
    .addHelpText('after', EXIT_CODES)
    .action(async (id: string, options: UrlOption) => {
      const { cancel } = await import('./commands/cancel.ts');
      await end(cancel(context, id, options), options.url);
    });

  withUrl(program.command('pause'))
    .description('Pauses a workflow, wherever it runs, until it is resumed.')
    .argument('<workflowId>')
    .addHelpText('after', EXIT_CODES)
    .action(async (id: string, options: UrlOption) => {
      const { pause } = await import('./commands/pause.ts');
      await end(pause(context, id, options), options.url);
    });

  withUrl(program.command('resume'))
    .description('Lets a paused workflow go on after its last completed step.')
    .argument('<workflowId>')
    .addHelpText('after', EXIT_CODES)
    .action(async (id: string, options: UrlOption) => {
      const { resume } = await import('./commands/resume.ts');
      await end(resume(context, id, options), options.url);
    });

  withUrl(program.command('list'))
    .description('Prints workflows, newest first.')
    .option('--limit <n>', 'how many, 1 to 200', readLimit, 20)
    .option('--json', 'print one workflow a line, as JSON')
    .addHelpText('after', EXIT_CODES)
    .action(async (options: ListOptions) => {
      const { list } = await import('./commands/list.ts');
      await end(list(context, options), options.url);
    });

  withUrl(program.command('archive'))
    .description('Writes every workflow that has ended into a folder, as one NDJSON file each.')
    .argument('<dir>', 'the folder; what is in it already is not written again')
    .addHelpText('after', EXIT_CODES)
    .action(async (dir: string, options: UrlOption) => {
      const { archive } = await import('./commands/archive.ts');
      await end(archive(context, dir, options), options.url);
    });

  program
    .command('replay')
    .description('Shows an archived workflow again, as it ran.')
    .argument('<file>', 'what archive wrote: a file that ends in .ndjson')
    .option('--speed <n>', 'so many times faster; 0 shows everything at once', readSpeed, 1)
    .option('--json', 'print one event a line, as JSON')
    .addHelpText('after', EXIT_CODES)
    .action(async (file: string, options: ReplayOptions) => {
      const { replay } = await import('./commands/replay.ts');
      await end(replay(context, file, options), undefined);
    });

  program
    .command('verify')
    .description(
      'Streams a workflow through every surface of a running server, and prints what passed.',
    )
    .argument('<url>', 'the server, as clients reach it: through its proxy, if it has one')
    .option('--json', 'print one result a line, as JSON')
    .option('--heartbeat <seconds>', 'HEARTBEAT_SECONDS of the server', readSeconds, 15)
    .option('--timeout <seconds>', 'what is not done by then has failed', readSeconds, 120)
    .addHelpText('after', VERIFY_HELP)
    .action(async (url: string, options: VerifyOptions) => {
      const { verify } = await import('./commands/verify.ts');
      await end(verify(context, url, options), undefined);
    });

  program
    .command('token')
    .description('Prints a token with which a user signs in; AUTH_SECRET is that of the server.')
    .argument('<user>', 'the id of the user: their workflows are theirs alone')
    .option('--days <n>', 'how long it is good', readDays, 30)
    .option('--name <name>', 'shown on the page')
    .option('--all', 'lets the user see and change the workflows of everybody')
    .action(async (user: string, options: TokenOptions) => {
      const { token } = await import('./commands/token.ts');
      await end(token(context, user, options), undefined);
    });

  return program;

  async function end(command: Promise<ExitCode>, url: string | undefined): Promise<void> {
    done(await explainFailure(command, url));
  }

  function withUrl(command: Command): Command {
    return command.option(
      '--url <url>',
      'a running server; RUNTAPE_URL is its default',
      context.process.env['RUNTAPE_URL'],
    );
  }
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function readSpeed(text: string): number {
  const speed = Number(text);
  if (text.trim() !== '' && Number.isFinite(speed) && speed >= 0) return speed;
  throw new InvalidArgumentError('a number such as 10, or 0 for everything at once.');
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds > 0 && seconds <= MAX_SECONDS) return seconds;
  throw new InvalidArgumentError(`a number of seconds, up to ${MAX_SECONDS}.`);
}

function readDays(text: string): number {
  const days = Number(text);
  if (text.trim() !== '' && days > 0 && days <= MAX_DAYS) return days;
  throw new InvalidArgumentError(`a number of days, up to ${MAX_DAYS}.`);
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 200) return limit;
  throw new InvalidArgumentError('a whole number from 1 to 200.');
}
