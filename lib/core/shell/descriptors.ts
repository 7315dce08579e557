import type { Input } from './streams/input.ts';
import type { Output } from './streams/output.ts';

/** What a file descriptor refers to. */
export interface Descriptor {
  input?: Input;
  output?: Output;
}

/** The descriptors of one process, by number. */
export type DescriptorTable = (Descriptor | undefined)[];

/** Each descriptor of the table counts once more. */
export function retainAll(table: DescriptorTable): void {
  for (const descriptor of table) {
    descriptor?.input?.retain();
    descriptor?.output?.retain();
  }
}

/** Undoes `retainAll`; the last reference closes files and pipes. */
export function releaseAll(table: DescriptorTable): void {
  for (const descriptor of table) releaseOne(descriptor);
}

export function retainOne(descriptor: Descriptor | undefined): void {
  descriptor?.input?.retain();
  descriptor?.output?.retain();
}

export function releaseOne(descriptor: Descriptor | undefined): void {
  descriptor?.input?.release();
  descriptor?.output?.release();
}
