/**
 * An index of what lies where, kept up to date one entry at a time. A directory is there when something says
 * so or when something lies below it: a pull or another tab may deliver a file before its directory, and
 * nothing must become unreachable meanwhile. Two entries may stand at one path until they are settled.
 */
export interface PathNode<T> {
  /** What stands at this very path; usually one. */
  here: T[];
  children: ReadonlyMap<string, PathNode<T>>;
}

/** Of a node with nothing below it; most are such, and a map of its own for each would take more than its entry. */
const NONE: ReadonlyMap<string, never> = new Map<string, never>();

export interface PathTree<T> {
  add(path: string, entry: T): void;
  remove(path: string, entry: T): void;
  /** undefined when nothing stands at the path or below it. */
  at(path: string): PathNode<T> | undefined;
  /** Every node. */
  nodes(): Iterable<PathNode<T>>;
}

export function createPathTree<T>(): PathTree<T> {
  const root: PathNode<T> = { here: [], children: NONE };
  const childrenOf = (node: PathNode<T>): Map<string, PathNode<T>> => {
    if (node.children === NONE) node.children = new Map();
    return node.children as Map<string, PathNode<T>>;
  };
  const segmentsOf = (path: string): string[] => (path === '/' ? [] : path.slice(1).split('/'));
  return {
    add(path, entry) {
      let node = root;
      for (const segment of segmentsOf(path)) {
        let next = node.children.get(segment);
        if (next === undefined) childrenOf(node).set(segment, (next = { here: [], children: NONE }));
        node = next;
      }
      node.here.push(entry);
    },
    remove(path, entry) {
      const way: [PathNode<T>, string][] = [];
      let node = root;
      for (const segment of segmentsOf(path)) {
        const next = node.children.get(segment);
        if (next === undefined) return;
        way.push([node, segment]);
        node = next;
      }
      node.here = node.here.filter((other) => other !== entry);
      for (const [parent, segment] of way.reverse()) {
        const child = parent.children.get(segment);
        if (child === undefined || child.here.length > 0 || child.children.size > 0) return;
        childrenOf(parent).delete(segment);
      }
    },
    at(path) {
      let node: PathNode<T> | undefined = root;
      for (const segment of segmentsOf(path)) {
        node = node.children.get(segment);
        if (node === undefined) return undefined;
      }
      return node;
    },
    nodes: () => nodesUnder(root),
  };
}

function* nodesUnder<T>(node: PathNode<T>): Generator<PathNode<T>> {
  yield node;
  for (const child of node.children.values()) yield* nodesUnder(child);
}

/** Every entry at the node or below it. */
export function* entriesUnder<T>(node: PathNode<T>): Generator<T> {
  yield* node.here;
  for (const child of node.children.values()) yield* entriesUnder(child);
}
