import './no-eval.ts';
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import './styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { connect } from './connect.ts';
import { preloadSession } from './session/use-session.ts';

const root = document.querySelector('#root');
if (root === null) throw new Error('The page has no #root.');

const connections = connect(location.origin);
preloadSession(connections.queryClient);
createRoot(root).render(
  <StrictMode>
    <App {...connections} />
  </StrictMode>,
);
