import type { Command } from './command.ts';

/** A command of which only the name is known until somebody uses it; then its code is fetched. */
export interface LateCommand {
  name: string;
  /** Rejects where the code cannot be fetched: the page is old, or offline and was never complete. */
  load: () => Promise<Command>;
}

export type OfferedCommand = Command | LateCommand;

/**
 * The commands of a module that exports each under its own name.
 *
 * @example lateCommands(() => import('./tools/links.ts'), ['ln', 'readlink', 'realpath'])
 */
export function lateCommands<Module extends Record<Name, Command>, Name extends string>(fetch: () => Promise<Module>, names: readonly Name[]): LateCommand[] {
  return names.map((name) => ({ name, load: async () => (await fetch())[name] }));
}

/** What a shell can run besides its builtins: all names at once, the code of each when it is needed. */
export class CommandTable {
  readonly #offered: ReadonlyMap<string, OfferedCommand>;
  readonly #loaded = new Map<string, Command>();

  /** Where a name is offered twice, the last wins. */
  constructor(offered: readonly OfferedCommand[]) {
    this.#offered = new Map(offered.map((command) => [command.name, command]));
    for (const command of this.#offered.values()) if ('run' in command) this.#loaded.set(command.name, command);
  }

  has(name: string): boolean {
    return this.#offered.has(name);
  }

  names(): string[] {
    return [...this.#offered.keys()];
  }

  /** The command, if its code is here already. */
  loaded(name: string): Command | undefined {
    return this.#loaded.get(name);
  }

  /** @throws (rejects) as `LateCommand.load`; a later call tries again. */
  async load(name: string): Promise<Command> {
    const offered = this.#offered.get(name);
    if (offered === undefined) throw new RangeError(`there is no command '${name}'`);
    const command = 'run' in offered ? offered : await offered.load();
    this.#loaded.set(name, command);
    return command;
  }

  /** Every command, in the order of the offer. */
  loadAll(): Promise<Command[]> {
    return Promise.all(this.names().map((name) => this.load(name)));
  }
}
