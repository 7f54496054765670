import { MAX_QUESTION_CHARS, type RepositoryTarget } from '@runtape/github-workflows/contract';
import { ArrowUp, Square } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { useFeatures } from '../session/permissions.ts';
import { Button } from '../ui/button.tsx';
import { toDraft, readTarget, TargetChoice, type TargetDraft } from './target-choice.tsx';
import type { Question } from './turn.ts';

/** The number of remaining characters is shown when it is at most this. */
const NEAR_LIMIT_CHARS = 400;

/** Enter sends, Shift+Enter starts a new line. While an answer is written, the button stops it. */
export function QuestionBox(props: {
  readonly target: RepositoryTarget;
  readonly isFollowUp: boolean;
  readonly isRunning: boolean;
  /** `null` while nothing can be stopped. */
  readonly onStop: (() => void) | null;
  readonly onAsk: (question: Question) => void;
}): ReactNode {
  const { target, isFollowUp, isRunning, onStop, onAsk } = props;
  const [question, setQuestion] = useState('');
  const [chosen, setChosen] = useState<TargetDraft | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const noteId = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const draft = chosen ?? toDraft(target);
  const features = useFeatures();
  const left = MAX_QUESTION_CHARS - question.trim().length;
  useEffect(() => {
    // On a phone, focusing would open the keyboard.
    if (!isFollowUp && matchMedia('(pointer: fine)').matches) box.current?.focus();
  }, [isFollowUp]);

  const ask = (): void => {
    if (isRunning) return;
    const read = readTarget(draft, features?.githubHost);
    if (question.trim() === '') setProblem('Write a question first.');
    else if (left < 0) setProblem(tooLong(left));
    else if (!read.ok) setProblem(read.message);
    else {
      onAsk({ question: question.trim(), target: read.target });
      setQuestion('');
      setChosen(toDraft(read.target));
    }
  };
  const askByEnter = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // Input methods of many languages use Enter to finish a word.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    ask();
  };
  return (
    <form
      aria-label="Ask a question"
      className="rounded-2xl border bg-card p-2 shadow-sm focus-within:border-primary/60"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <textarea
        ref={box}
        aria-label="Question"
        aria-describedby={noteId}
        aria-invalid={problem !== null || left < 0}
        rows={2}
        placeholder={isFollowUp ? 'Ask a follow-up' : 'Where are neighbouring tokens merged?'}
        className="field-sizing-content max-h-60 min-h-14 w-full resize-none bg-transparent px-2 py-1.5 text-base outline-none placeholder:text-muted-foreground"
        value={question}
        onChange={({ target: field }) => {
          setQuestion(field.value);
          setProblem(null);
        }}
        onKeyDown={askByEnter}
      />
      <div className="flex items-end gap-2">
        <TargetChoice
          draft={draft}
          describedBy={noteId}
          isInvalid={problem !== null && draft.kind !== 'sample'}
          onChange={(changed) => {
            setChosen(changed);
            setProblem(null);
          }}
        />
        {isRunning ? (
          <Button
            aria-label="Stop"
            title="Stop"
            className="size-9 rounded-full px-0"
            disabled={onStop === null}
            onClick={onStop ?? undefined}
          >
            <Square aria-hidden className="fill-current" />
          </Button>
        ) : (
          <Button
            type="submit"
            kind="primary"
            aria-label="Ask"
            title="Ask (Enter)"
            className="size-9 rounded-full px-0"
            disabled={question.trim() === ''}
          >
            <ArrowUp aria-hidden />
          </Button>
        )}
      </div>
      <Note id={noteId} problem={problem} left={left} />
    </form>
  );
}

function tooLong(left: number): string {
  const [length, max] = [MAX_QUESTION_CHARS - left, MAX_QUESTION_CHARS].map(formatCount);
  return `The question has ${length} characters. At most ${max} are allowed.`;
}

function Note(props: {
  readonly id: string;
  readonly problem: string | null;
  readonly left: number;
}): ReactNode {
  const { id, problem, left } = props;
  const isOver = left < 0;
  const message =
    problem ??
    (isOver
      ? tooLong(left)
      : left <= NEAR_LIMIT_CHARS
        ? `Characters left: ${formatCount(left)}.`
        : '');
  return (
    <p
      id={id}
      role={problem === null ? undefined : 'alert'}
      className={`px-2 text-sm empty:hidden ${problem !== null || isOver ? 'text-bad' : 'text-muted-foreground'}`}
    >
      {message}
    </p>
  );
}
