/** The ports of the stack that all tests share; a test that switches the server off starts one of its own. */
export const stackPorts = { app: 4310, cloud: 4390 };

const DATA = 'SELKIE_E2E_DATA';

/** Where the shared stack keeps its data; told to the workers through the environment. */
export function stackData(): string {
  const directory = process.env[DATA];
  if (directory === undefined) throw new Error('The shared stack has not been started.');
  return directory;
}

export function tellStackData(directory: string): void {
  process.env[DATA] = directory;
}
