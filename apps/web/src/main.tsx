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
import { preloadSession } from './session/use-session.ts';

const root = document.querySelector('#root');
if (root === null) throw new Error('The page has no #root.');

const connections = connect(pageUrl(''));
preloadSession(connections.queryClient);
createRoot(root).render(
  <StrictMode>
    <Router base={basePath}>
      <App {...connections} />
    </Router>
  </StrictMode>,
);
