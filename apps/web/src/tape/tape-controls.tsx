import { type LucideIcon, Pause, Play, StepBack, StepForward } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { type Speed, speeds, type TapeStore, type TapeView } from './tape-store.ts';

export function TapeControls(props: {
  readonly store: TapeStore;
  readonly view: TapeView;
}): ReactNode {
  const { store, view } = props;
  const { length } = view.history;
  const isEmpty = length === 0;
  return (
    <fieldset aria-label="Playback" className="flex items-center gap-1">
      <ControlButton
        icon={view.isPlaying ? Pause : Play}
        label={view.isPlaying ? 'Pause playback' : 'Play'}
        keys="Space"
        disabled={isEmpty}
        onClick={store.togglePlay}
      />
      <ControlButton
        icon={StepBack}
        label="Previous event"
        keys="←, with Shift ten events"
        disabled={isEmpty || view.index === 0}
        onClick={(event) => store.step(event.shiftKey ? -10 : -1)}
      />
      <ControlButton
        icon={StepForward}
        label="Next event"
        keys="→, with Shift ten events"
        disabled={isEmpty || view.index === null}
        onClick={(event) => store.step(event.shiftKey ? 10 : 1)}
      />
      <select
        aria-label="Speed"
        title="Speed"
        className="h-8 rounded-md border bg-background pl-2 text-sm tabular-nums"
        value={view.speed}
        onChange={({ target }) => store.setSpeed(parseSpeed(target.value))}
      >
        {speeds.map((speed) => (
          <option key={speed} value={speed}>
            {speed}×
          </option>
        ))}
      </select>
    </fieldset>
  );
}

function parseSpeed(text: string): Speed {
  return speeds.find((speed) => String(speed) === text) ?? 1;
}

interface ControlButtonProps extends Pick<ComponentProps<'button'>, 'disabled' | 'onClick'> {
  readonly icon: LucideIcon;
  readonly label: string;
  /** The keyboard shortcut. */
  readonly keys: string;
}

function ControlButton({ icon: Icon, label, keys, ...props }: ControlButtonProps): ReactNode {
  return (
    <Button
      kind="quiet"
      className="w-9 px-0"
      aria-label={label}
      title={`${label} (${keys})`}
      {...props}
    >
      <Icon aria-hidden />
    </Button>
  );
}
