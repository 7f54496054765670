import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Tokens come dozens a second; a screen reader gets whole sentences, and not more often than this. */
const EVERY_MS = 2000;
const SENTENCE_ENDS = /[.!?:\n](?=\s)/g;

/** Reads growing text out politely, whole sentences at a time; invisible. */
export function AnnounceSentences(props: {
  readonly text: string;
  readonly grows: boolean;
}): ReactNode {
  const { text, grows } = props;
  const latest = useRef(text);
  const spoken = useRef(0);
  const [words, setWords] = useState('');
  useLayoutEffect(() => {
    latest.current = text;
  }, [text]);
  useEffect(() => {
    if (!grows) return undefined;
    const say = (sentences: string): void => {
      spoken.current += sentences.length;
      if (sentences.trim() !== '') setWords(sentences);
    };
    // What is there when it begins can be read on the page; only what is new is announced.
    spoken.current = latest.current.length;
    const timer = setInterval(() => {
      // A new attempt starts over.
      if (latest.current.length < spoken.current) spoken.current = 0;
      say(wholeSentences(latest.current.slice(spoken.current)));
    }, EVERY_MS);
    return () => {
      clearInterval(timer);
      // It grows no more: nothing will follow the last sentence.
      say(latest.current.slice(spoken.current));
    };
  }, [grows]);
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
