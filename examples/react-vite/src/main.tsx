import { createRoot } from 'react-dom/client';
import { createRuntapeClient } from 'runtape/client';
import { RuntapeProvider } from 'runtape/react';
import type { App } from '../runtape.ts';
import { Countdown } from './countdown.tsx';

const client = createRuntapeClient<App>({ url: '/runtape' });
const root = document.querySelector('#root');
if (root === null) throw new Error('The page has no element for the app.');
createRoot(root).render(
  <RuntapeProvider client={client}>
    <Countdown client={client} />
  </RuntapeProvider>,
);
