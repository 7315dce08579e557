import 'server-only';

/**
 * One value for the whole process. Next bundles routes, pages and actions apart, each with modules of its own, so a count that
 * lived in a module would be several.
 */
export function processWide<T>(name: string, make: () => T): T {
  const key = Symbol.for(`selkie.${name}`);
  const holder = globalThis as { [key: symbol]: unknown };
  holder[key] ??= make();
  return holder[key] as T;
}
