import type { DefinitionInfo } from '@runtape/contract';
import { ToggleGroup } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { DefinitionForm } from './definition-form.tsx';

/** Lists the workflows of an app, with a form that starts the chosen one. */
export function Starter(props: {
  /** At least one. */
  readonly definitions: readonly DefinitionInfo[];
}): ReactNode {
  const { definitions } = props;
  const [name, setName] = useState('');
  const chosen = definitions.find((one) => one.name === name) ?? definitions[0];
  if (chosen === undefined) return null;
  return (
    <section aria-labelledby="starter-title" className="rounded-xl border bg-card p-4 sm:p-6">
      <h2 id="starter-title" className="sr-only">
        Start a workflow
      </h2>
      <div
        className={
          definitions.length > 1 ? 'grid gap-6 lg:grid-cols-[minmax(0,16rem)_minmax(0,1fr)]' : ''
        }
      >
        {definitions.length > 1 && (
          <ToggleGroup.Root
            type="single"
            orientation="vertical"
            value={chosen.name}
            aria-label="Workflow to start"
            onValueChange={(value) => value !== '' && setName(value)}
            className="flex max-h-96 flex-col gap-1 self-start overflow-y-auto rounded-lg bg-muted p-1 text-sm"
          >
            {definitions.map((definition) => (
              <ToggleGroup.Item
                key={definition.name}
                value={definition.name}
                className="rounded-md px-3 py-2 text-left font-medium break-words text-muted-foreground data-[state=on]:bg-card data-[state=on]:text-foreground data-[state=on]:shadow-xs"
              >
                {definition.title ?? definition.name}
              </ToggleGroup.Item>
            ))}
          </ToggleGroup.Root>
        )}
        <div className="max-w-3xl min-w-0 space-y-4">
          <Heading definition={chosen} />
          <DefinitionForm
            key={`${chosen.name} ${JSON.stringify(chosen.input)}`}
            definition={chosen}
          />
        </div>
      </div>
    </section>
  );
}

function Heading({ definition }: { readonly definition: DefinitionInfo }): ReactNode {
  const { name, title, description } = definition;
  return (
    <div>
      <h3 className="text-base font-semibold break-words">{title ?? name}</h3>
      {title !== null && (
        <p className="font-mono text-xs break-words text-muted-foreground">{name}</p>
      )}
      {description !== null && <p className="mt-1 text-sm text-muted-foreground">{description}</p>}
    </div>
  );
}
