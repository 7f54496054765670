import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** The interval between announcements, in ms: dozens of tokens arrive per second. */
const ANNOUNCE_MS = 2000;
const SENTENCE_ENDS = /[.!?:\n](?=\s)/g;

/** Announces growing text to screen readers, whole sentences at a time. */
export function AnnounceSentences(props: {
  readonly text: string;
  readonly grows: boolean;
}): ReactNode {
  const { text, grows } = props;
  const latest = useRef(text);
  const announcedChars = useRef(0);
  const [message, setMessage] = useState('');
  useLayoutEffect(() => {
    latest.current = text;
  }, [text]);
  useEffect(() => {
    if (!grows) return undefined;
    const announce = (sentences: string): void => {
      announcedChars.current += sentences.length;
      if (sentences.trim() !== '') setMessage(sentences);
    };
    // Earlier text can be read on the page.
    announcedChars.current = latest.current.length;
    const timer = setInterval(() => {
      // A new attempt starts the text over.
      if (latest.current.length < announcedChars.current) announcedChars.current = 0;
      announce(wholeSentences(latest.current.slice(announcedChars.current)));
    }, ANNOUNCE_MS);
    return () => {
      clearInterval(timer);
      // The text is complete, so its last sentence needs no space after it.
      announce(latest.current.slice(announcedChars.current));
    };
  }, [grows]);
  return (
    <p aria-live="polite" className="sr-only">
      {message}
    </p>
  );
}

function wholeSentences(text: string): string {
  const last = [...text.matchAll(SENTENCE_ENDS)].at(-1);
  return last === undefined ? '' : text.slice(0, last.index + 1);
}
