import express from 'express';
import { toNodeHandler } from 'runtape/node';
import { runtape } from './runtape.ts';

const app = express();
app.use(express.json());
app.get('/', (_request, response) => void response.send('Workflows are at /runtape.'));
app.use('/runtape', toNodeHandler(runtape));

await runtape.work();
app.listen(process.env.PORT ?? 3000, () => console.log('Ready.'));
