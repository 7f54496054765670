import { lazyPage } from './shell/lazy-page.ts';

// Each is loaded when it is first shown: whoever starts a workflow needs neither charts nor Markdown.
const workflow = lazyPage(async () => (await import('./workflow/workflow-page.tsx')).WorkflowPage);
const ask = lazyPage(async () => (await import('./ask/ask-page.tsx')).AskPage);
const statistics = lazyPage(
  async () => (await import('./statistics/statistics-page.tsx')).StatisticsPage,
);
const signIn = lazyPage(async () => (await import('./session/sign-in-page.tsx')).SignInPage);

export const WorkflowPage = workflow.Page;
/** Begins to load the page of a workflow that will probably be wanted in a moment. */
export const preloadWorkflowPage = workflow.preload;
/** The same for what the page itself would load later; what cannot be loaded is told there. */
export function preloadWorkflowParts(): void {
  workflow.preload();
  void import('./workflow/draft-markdown.tsx').catch(() => {});
  void import('./tape/tape.tsx').catch(() => {});
}
export const AskPage = ask.Page;
export const preloadAskPage = ask.preload;
export const StatisticsPage = statistics.Page;
export const SignInPage = signIn.Page;
