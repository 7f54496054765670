import { Pause, Play, StepBack, StepForward } from 'lucide-react';
import type { ReactNode } from 'react';
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
      <Button
        kind="quiet"
        className="w-9 px-0"
        aria-label={view.isPlaying ? 'Pause playback' : 'Play'}
        title={view.isPlaying ? 'Pause playback (Space)' : 'Play (Space)'}
        disabled={isEmpty}
        onClick={store.togglePlay}
      >
        {view.isPlaying ? <Pause aria-hidden /> : <Play aria-hidden />}
      </Button>
      <Button
        kind="quiet"
        className="w-9 px-0"
        aria-label="Previous event"
        title="Previous event (←, with Shift ten events)"
        disabled={isEmpty || view.index === 0}
        onClick={(event) => store.step(event.shiftKey ? -10 : -1)}
      >
        <StepBack aria-hidden />
      </Button>
      <Button
        kind="quiet"
        className="w-9 px-0"
        aria-label="Next event"
        title="Next event (→, with Shift ten events)"
        disabled={isEmpty || view.index === null}
        onClick={(event) => store.step(event.shiftKey ? 10 : 1)}
      >
        <StepForward aria-hidden />
      </Button>
      <select
        aria-label="Speed"
        title="Speed"
        className="h-8 rounded-md border bg-background pl-2 text-sm tabular-nums"
        value={view.speed}
        onChange={({ target }) => store.setSpeed(speedOf(target.value))}
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

function speedOf(text: string): Speed {
  return speeds.find((speed) => String(speed) === text) ?? 1;
}
