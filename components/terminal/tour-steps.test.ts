import { expect, test } from 'vitest';
import { stepAfter, tourSteps } from './tour-steps.ts';

test('who types what is shown gets to the end, each step once', () => {
  let step = 0;
  for (const { text } of tourSteps) {
    const line = /`([^`]+)`/.exec(text)?.[1] ?? '';
    const next = step === tourSteps.length - 2 ? 'theme' : step === tourSteps.length - 1 ? 'help' : line;
    expect(stepAfter(step, next), next).toBe(step + 1);
    step += 1;
  }
  expect(step).toBe(tourSteps.length);
});

test('another line is no step, and after the last there is none', () => {
  expect(tourSteps.map((_, index) => stepAfter(index, 'pwd'))).toEqual(tourSteps.map((_, index) => index));
  expect(stepAfter(tourSteps.length, 'help')).toBe(tourSteps.length);
});
