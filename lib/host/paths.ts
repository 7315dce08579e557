import type { Environment } from './environment.ts';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's top folder, with a trailing slash. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Where this stack keeps its data: `SELKIE_DATA`, else `.selkie` in the checkout. */
export function dataDirectory(env: Environment): string {
  return resolve(projectRoot, env.SELKIE_DATA ?? '.selkie');
}
