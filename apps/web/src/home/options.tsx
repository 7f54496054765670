import { reviewRoleSchema } from '@runtape/github-workflows/contract';
import { type ReactNode, useId, useState } from 'react';
import { DEFAULT_ITERATIONS, type Draft } from './draft.ts';
import { postingObstacle, useFeatures } from '../session/permissions.ts';
import { Field, inputLook, TextField } from '../ui/field.tsx';
import { Summary } from '../ui/summary.tsx';
import type { FieldsProps } from './issue-fields.tsx';

const ITERATIONS = [0, 1, 2, 3, 4, 5];

/** Collapsed options. They open when one of them is invalid, and stay open. */
export function Options(props: FieldsProps): ReactNode {
  const { draft, problemOf } = props;
  const isInvalid = problemOf('usd') !== null || problemOf('tokens') !== null;
  const [shown, setShown] = useState({ isOpen: false, isInvalid });
  // Not in the toggle event, which a busy browser sends late, when the user is already typing.
  if (shown.isInvalid !== isInvalid) setShown({ isOpen: shown.isOpen || isInvalid, isInvalid });
  return (
    <details
      className="text-sm"
      open={shown.isOpen}
      onToggle={({ currentTarget: { open } }) => setShown((now) => ({ ...now, isOpen: open }))}
    >
      <Summary>
        Options
        <span className="text-xs">{describeOptions(draft)}</span>
      </Summary>
      <div className="mt-3 grid gap-x-4 gap-y-2 sm:grid-cols-2 lg:grid-cols-4">
        {draft.kind === 'comment' ? <PostOption {...props} /> : <BudgetFields {...props} />}
        {draft.kind === 'review' && <ReviewFields {...props} />}
      </div>
    </details>
  );
}

/** The options that differ from the defaults. */
function describeOptions({ kind, post, iterations, models, usd, tokens }: Draft): string {
  if (kind === 'comment') return post ? '· posts to GitHub' : '';
  const named = Object.values(models).filter((model) => model.trim() !== '').length;
  const words = [
    ...(usd.trim() === '' ? [] : [`up to $${usd.trim()}`]),
    ...(tokens.trim() === '' ? [] : [`up to ${tokens.trim()} tokens`]),
    ...(kind === 'review' && iterations !== DEFAULT_ITERATIONS ? [`${iterations} rounds`] : []),
    ...(kind === 'review' && named > 0 ? [`${named} of 4 models chosen`] : []),
  ];
  return words.length === 0 ? '' : `· ${words.join(', ')}`;
}

function PostOption({ draft, change }: FieldsProps): ReactNode {
  const obstacle = postingObstacle(useFeatures());
  const obstacleId = useId();
  return (
    <div className="py-1 sm:col-span-full">
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          className="size-4 accent-primary"
          checked={draft.post}
          disabled={obstacle !== null && !draft.post}
          aria-describedby={obstacle === null ? undefined : obstacleId}
          onChange={(event) => change({ post: event.target.checked })}
        />
        Post the draft to GitHub as a comment
      </label>
      {obstacle !== null && (
        <p id={obstacleId} className="mt-1 ml-6 text-xs text-muted-foreground">
          {obstacle}
        </p>
      )}
    </div>
  );
}

function BudgetFields({ draft, change, problemOf }: FieldsProps): ReactNode {
  return (
    <>
      <TextField
        label="Budget in US dollars"
        hint="Stops at this amount, keeps the text"
        problem={problemOf('usd')}
        inputMode="decimal"
        placeholder="no limit"
        value={draft.usd}
        onText={(usd) => change({ usd })}
      />
      <TextField
        label="Budget in tokens"
        hint="Input and output together"
        problem={problemOf('tokens')}
        inputMode="numeric"
        placeholder="no limit"
        value={draft.tokens}
        onText={(tokens) => change({ tokens })}
      />
    </>
  );
}

function ReviewFields({ draft, change }: FieldsProps): ReactNode {
  const mayChoose = useFeatures()?.models !== false;
  // A model chosen before can still be removed.
  const isShown = (role: keyof Draft['models']): boolean => mayChoose || draft.models[role] !== '';
  return (
    <>
      <Field
        label="Rounds"
        hint="How often the critic may send the draft back"
        className="sm:col-span-2"
      >
        {(attributes) => (
          <select
            {...attributes}
            className={`${inputLook} text-sm`}
            value={draft.iterations}
            onChange={(event) => change({ iterations: Number(event.target.value) })}
          >
            {ITERATIONS.map((count) => (
              <option key={count} value={count}>
                {count}
              </option>
            ))}
          </select>
        )}
      </Field>
      {!mayChoose && (
        <p className="text-xs text-muted-foreground sm:col-span-full">
          You may not choose models on this server. All agents use the server’s model.
        </p>
      )}
      {reviewRoleSchema.options.filter(isShown).map((role) => (
        <TextField
          key={role}
          label={`${role.charAt(0).toUpperCase()}${role.slice(1)} model`}
          placeholder="the server’s model"
          spellCheck={false}
          value={draft.models[role]}
          onText={(model) => change({ models: { ...draft.models, [role]: model } })}
        />
      ))}
    </>
  );
}
