import { act } from 'react';
import { expect, test } from 'vitest';
import { ClickToLoadImage } from '../src/workflow/click-to-load-image.tsx';
import { render } from './render.tsx';

test('E8: an image is loaded only on click, and its origin is shown before', async () => {
  await using at = await render(
    <ClickToLoadImage src="https://tracker.example/pixel.png" alt="A chart" />,
  );
  expect(at.container.querySelector('img')).toBeNull();
  const button = at.container.querySelector('button');
  expect(button?.textContent).toBe('Show the image “A chart” from tracker.example');
  await act(async () => button?.click());
  const image = at.container.querySelector('img');
  expect(image?.getAttribute('src')).toBe('https://tracker.example/pixel.png');
  expect(image?.getAttribute('referrerpolicy')).toBe('no-referrer');
  expect(image?.getAttribute('alt')).toBe('A chart');
});

test('E8: an image without a source shows its text', async () => {
  await using at = await render(<ClickToLoadImage src={undefined} alt="A chart" />);
  expect(at.container.textContent).toBe('A chart');
  expect(at.container.querySelector('button')).toBeNull();
});
