import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const configured = fc.readConfigureGlobal();

// The set-up of this run has loaded it already.
beforeEach(() => vi.resetModules());

afterEach(() => {
  vi.unstubAllEnvs();
  fc.configureGlobal(configured);
});

function draw(): readonly number[] {
  return fc.sample(fc.integer(), 20);
}

test('with PROPERTY_SEED, properties draw the same cases again', async () => {
  vi.stubEnv('PROPERTY_SEED', '-1708823765');
  await import('../src/property-seed.ts');
  expect(draw()).toEqual(draw());
});

test('without PROPERTY_SEED, each property draws its own', async () => {
  vi.stubEnv('PROPERTY_SEED', '');
  fc.resetConfigureGlobal();
  await import('../src/property-seed.ts');
  expect(draw()).not.toEqual(draw());
});

test('a PROPERTY_SEED that is not an integer stops the tests with a hint', async () => {
  vi.stubEnv('PROPERTY_SEED', 'commit');
  await expect(import('../src/property-seed.ts')).rejects.toThrow('PROPERTY_SEED=commit is no');
});
