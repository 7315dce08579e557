import { releaseOne, retainOne, type Descriptor, type DescriptorTable } from './descriptors.ts';
import type { ShellState } from './state.ts';
import { FileOutput } from './streams/file-output.ts';

/**
 * What `exec 3> file` and `{fd}> file` opened for good. It outlives the line it was typed in, and since a file is stored
 * when its last descriptor closes, those, and what jobs write, are stored before somebody else may look at the file.
 */
export class KeptDescriptors {
  #byNumber: DescriptorTable = [];
  readonly #files = new Set<FileOutput>();

  /** The descriptors of a line: those of the host, and over them what earlier lines kept. */
  over(table: DescriptorTable): DescriptorTable {
    const result = table.slice();
    this.#byNumber.forEach((descriptor, number) => {
      if (descriptor === undefined) return;
      retainOne(descriptor);
      result[number] = descriptor;
    });
    return result;
  }

  /** At the end of a line: what differs from the `host`'s own stays open. */
  keep(table: DescriptorTable, host: DescriptorTable): void {
    const before = this.#byNumber;
    this.#byNumber = [];
    table.forEach((descriptor: Descriptor | undefined, number) => {
      if (descriptor === undefined || descriptor.input === host[number]?.input && descriptor.output === host[number]?.output) return;
      retainOne(descriptor);
      this.#byNumber[number] = descriptor;
    });
    for (const descriptor of before) releaseOne(descriptor);
  }

  watch(descriptor: Descriptor | undefined): void {
    if (descriptor?.output instanceof FileOutput) this.#files.add(descriptor.output);
  }

  /** Stores what they hold, so that a command that reads the files finds it. @param path only what goes there. */
  store(path?: string): void {
    for (const file of this.#files) {
      if (!file.isOpen) this.#files.delete(file);
      else if (path === undefined || file.path === path) file.store();
    }
  }
}

/** Whether a variable has a value that is not empty. */
export function isSet(state: ShellState, name: string): boolean {
  return state.elements(name).some((value) => value !== '');
}
