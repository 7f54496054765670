import { lazyPage } from './shell/lazy-page.ts';

// Each page is loaded when it is first shown.
const workflow = lazyPage(async () => (await import('./workflow/workflow-page.tsx')).WorkflowPage);
const ask = lazyPage(async () => (await import('./ask/ask-page.tsx')).AskPage);
const statistics = lazyPage(
  async () => (await import('./statistics/statistics-page.tsx')).StatisticsPage,
);
const signIn = lazyPage(async () => (await import('./session/sign-in-page.tsx')).SignInPage);

export const WorkflowPage = workflow.Page;
export const preloadWorkflowPage = workflow.preload;
/** Also preloads the parts that the page loads later; it reports errors itself. */
export function preloadWorkflowParts(): void {
  workflow.preload();
  void import('./workflow/draft-markdown.tsx').catch(() => {});
  void import('./tape/tape.tsx').catch(() => {});
}
export const AskPage = ask.Page;
export const preloadAskPage = ask.preload;
export const StatisticsPage = statistics.Page;
export const SignInPage = signIn.Page;
