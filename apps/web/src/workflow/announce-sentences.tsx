import { type ReactNode, useEffect, useRef, useState } from 'react';

/** Tokens come dozens a second; a screen reader gets whole sentences, and not more often than this. */
const EVERY_MS = 2000;
const SENTENCE_ENDS = /[.!?:\n](?=\s)/g;

/** Reads growing text out politely, whole sentences at a time; invisible. */
export function AnnounceSentences({ text }: { readonly text: string }): ReactNode {
  const latest = useRef(text);
  const [words, setWords] = useState('');
  useEffect(() => {
    latest.current = text;
  }, [text]);
  useEffect(() => {
    // What is there already can be read on the page; only what is new is announced.
    let spoken = latest.current.length;
    const timer = setInterval(() => {
      if (latest.current.length < spoken) spoken = 0;
      const sentences = wholeSentences(latest.current.slice(spoken));
      if (sentences === '') return;
      spoken += sentences.length;
      setWords(sentences);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <p aria-live="polite" className="sr-only">
      {words}
    </p>
  );
}

function wholeSentences(text: string): string {
  const last = [...text.matchAll(SENTENCE_ENDS)].at(-1);
  return last === undefined ? '' : text.slice(0, last.index + 1);
}
