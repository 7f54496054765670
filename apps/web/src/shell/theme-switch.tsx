import { Monitor, Moon, Sun } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { applyTheme, readTheme, type Theme, themes } from './theme.ts';

const looks = {
  system: { icon: Monitor, word: 'system' },
  light: { icon: Sun, word: 'light' },
  dark: { icon: Moon, word: 'dark' },
} as const;

/** Light, dark, or as the system has it; remembered in this browser. */
export function ThemeSwitch(): ReactNode {
  const [theme, setTheme] = useState<Theme>(readTheme);
  const { icon: Icon, word } = looks[theme];
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
  return (
    <Button
      kind="quiet"
      aria-label={`Theme: ${word}. Switch to ${looks[next].word}.`}
      onClick={() => {
        applyTheme(next);
        setTheme(next);
      }}
    >
      <Icon aria-hidden />
    </Button>
  );
}
