import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';

/**
 * Dozens of tokens arrive per second; a screen reader gets whole sentences, and at most this often.
 */
const EVERY_MS = 2000;
const SENTENCE_ENDS = /[.!?:\n](?=\s)/g;

/** Reads growing text to screen readers, whole sentences at a time. */
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
    // Text that is there already can be read on the page.
    spoken.current = latest.current.length;
    const timer = setInterval(() => {
      // A new attempt starts over.
      if (latest.current.length < spoken.current) spoken.current = 0;
      say(wholeSentences(latest.current.slice(spoken.current)));
    }, EVERY_MS);
    return () => {
      clearInterval(timer);
      // The text is complete, so its last sentence needs no space after it.
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
