import { expect, test } from 'vitest';
import { publishedManifest } from '../src/published-manifest.mjs';

const manifest = {
  name: '@runtape/example',
  exports: {
    '.': './src/index.ts',
    './view': './src/view/index.tsx',
    './style.css': './style.css',
  },
  scripts: { prepack: 'pnpm -w run build example' },
  dependencies: { zod: '4.6.7' },
  devDependencies: { '@runtape/testing': '0.1.0' },
};

test('a published package exports its build, and its types', () => {
  expect(publishedManifest(manifest, 'packages/example', '')).toEqual({
    name: '@runtape/example',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './view': { types: './dist/view/index.d.ts', default: './dist/view/index.js' },
      './style.css': './style.css',
      './package.json': './package.json',
    },
    dependencies: { zod: '4.6.7' },
  });
});

test('conditions of an export are kept', () => {
  const exports = { '.': { browser: './src/browser.ts', default: './src/index.ts' } };
  expect(publishedManifest({ exports }, 'packages/example', '')).toMatchObject({
    exports: {
      '.': {
        browser: { types: './dist/browser.d.ts', default: './dist/browser.js' },
        default: { types: './dist/index.d.ts', default: './dist/index.js' },
      },
    },
  });
});

test('what a package imports from itself, by condition, is its build', () => {
  const imports = { '#port': { browser: './src/browser.ts', default: './src/node.ts' } };
  expect(publishedManifest({ imports }, 'packages/example', '')).toEqual({
    imports: {
      '#port': {
        browser: { types: './dist/browser.d.ts', default: './dist/browser.js' },
        default: { types: './dist/node.d.ts', default: './dist/node.js' },
      },
    },
  });
});

test('a command runs the build', () => {
  expect(publishedManifest({ bin: './src/main.ts' }, 'packages/example', '')).toEqual({
    bin: './dist/main.js',
  });
  expect(publishedManifest({ bin: { own: './src/main.ts' } }, 'packages/example', '')).toEqual({
    bin: { own: './dist/main.js' },
  });
});

test('each package has its own page in the repository', () => {
  const url = 'git+https://git.example/team/project.git';
  expect(publishedManifest({}, 'packages/example', url)).toEqual({
    repository: { type: 'git', url, directory: 'packages/example' },
    homepage: 'https://git.example/team/project/tree/main/packages/example#readme',
    bugs: 'https://git.example/team/project/issues',
  });
});
