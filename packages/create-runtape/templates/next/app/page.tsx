'use client';

import { type FormEvent, useState } from 'react';
import { createRuntapeClient } from 'runtape/client';
import type { App } from '../runtape';

export default function Page() {
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');

  async function tell(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const about = String(new FormData(event.currentTarget).get('about'));
    const client = createRuntapeClient<App>({ url: '/runtape' });
    const run = await client.start('tellStory', { about });
    setText('');
    for await (const event of run.events()) {
      // After a crash, what was not finished is written again.
      if (event.type === 'workflow:running') setText('');
      if (event.type === 'titled') setTitle(event.data.title);
      if (event.type === 'token') setText((before) => before + event.data.content);
    }
    setText((await run.result()).story);
  }

  return (
    <main>
      <form onSubmit={(event) => void tell(event)}>
        A story about <input name="about" defaultValue="the lighthouse" required />{' '}
        <button>Tell</button>
      </form>
      <h1>{title}</h1>
      <p>{text}</p>
    </main>
  );
}
