import './no-eval.ts';
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { App } from './app.tsx';
import { connect } from './connect.ts';
import { basePath, pageUrl } from './page-url.ts';
import { preloadWorkflowParts } from './pages.ts';
import { preloadSession } from './session/use-session.ts';
import { preloadWorkflow } from './workflow/preload-workflow.ts';

const root = document.querySelector('#root');
if (root === null) throw new Error('The page has no #root.');

const connections = connect(pageUrl(''));
preloadSession(connections.queryClient);
preloadAddress();
createRoot(root).render(
  <StrictMode>
    <Router base={basePath}>
      <App {...connections} />
    </Router>
  </StrictMode>,
);

/** Loads the code and the state of a workflow's page concurrently. */
function preloadAddress(): void {
  const [, workflowId] =
    /^\/workflows\/([^/]+)$/.exec(location.pathname.slice(basePath.length)) ?? [];
  if (workflowId === undefined) return;
  // Before a shared link is accepted, the server would refuse the request.
  if (location.hash === '') void preloadWorkflow(workflowId, connections);
  preloadWorkflowParts();
}
