import { randomBytes } from 'node:crypto';
import * as limits from '../../../core/limits.ts';
import type { PendingStep } from './sign-in-steps.ts';

/** A step that waits for a person, and the request and browser that it belongs to. */
export interface BoundStep {
  step: PendingStep;
  query: string;
  forgeryToken: string;
}

/** Between two pages of one sign-in. The Cognito session inside ends by itself, so no time is kept here. */
export interface PendingSteps {
  begin(bound: BoundStep): string;
  /** The step, if it is of this request and browser. */
  find(id: string, query: string, forgeryToken: string): PendingStep | undefined;
  end(id: string): void;
}

export function createPendingSteps(): PendingSteps {
  const steps = new Map<string, BoundStep>();
  return {
    begin(bound) {
      const id = randomBytes(32).toString('base64url');
      steps.set(id, bound);
      for (const oldest of steps.keys()) {
        if (steps.size <= limits.cognitoCountersMax) break;
        steps.delete(oldest);
      }
      return id;
    },
    find(id, query, forgeryToken) {
      const found = steps.get(id);
      return found !== undefined && found.query === query && found.forgeryToken === forgeryToken ? found.step : undefined;
    },
    end: (id) => void steps.delete(id),
  };
}
