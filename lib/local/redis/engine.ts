/** What stands behind the REST front: a real `redis-server`, or its stand-in. One contract suite runs on both. */
export interface Engine {
  kind: 'redis-server' | 'mock';
  /** Commands of one pipeline, in order; others may run between them. */
  pipeline(commands: readonly Command[]): Promise<Outcome[]>;
  /** MULTI … EXEC: all of them with nothing between, or, when one can't even be queued, an EXECABORT error for the whole. */
  transaction(commands: readonly Command[]): Promise<Outcome[] | { error: string }>;
  close(): Promise<void>;
}

/** The name in upper case, then the arguments. */
export type Command = readonly [name: string, ...parameters: string[]];

/** RESP2 without its wire form; bulk strings are bytes. */
export type Reply = null | number | Buffer | Reply[];

export type Outcome = { reply: Reply } | { error: string };

/** The engine itself did not answer; nobody knows whether the command ran. */
export class EngineUnreachable extends Error {}
