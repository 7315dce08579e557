import type { Dropped } from '@/lib/client/page-files.ts';

/**
 * Files dropped anywhere on the terminal are imported, as if `import` had been typed. Without this a browser would
 * leave the page and show the file instead.
 */
export interface DropOptions {
  /** Whether a prompt waits for a command. */
  isReady: () => boolean;
  /** Starts the import. */
  take: (dropped: Dropped) => void;
  /** Says that it cannot be done now. */
  refuse: () => void;
}

/** Answers what takes the listeners away. */
export function takeDrops(root: HTMLElement, { isReady, take, refuse }: DropOptions): () => void {
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
  const onOver = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
    root.dataset['drop'] = 'true';
  };
  const onLeave = (event: DragEvent): void => {
    // Moving from one part of the terminal to another leaves the first one.
    if (!(event.relatedTarget instanceof Node) || !root.contains(event.relatedTarget)) delete root.dataset['drop'];
  };
  const onDrop = (event: DragEvent): void => {
    if (!hasFiles(event) || event.dataTransfer === null) return;
    event.preventDefault();
    delete root.dataset['drop'];
    if (!isReady()) return refuse();
    const dropped = droppedOf(event.dataTransfer);
    if (dropped.entries.length + dropped.files.length > 0) take(dropped);
  };
  root.addEventListener('dragover', onOver);
  root.addEventListener('dragleave', onLeave);
  root.addEventListener('drop', onDrop);
  return () => {
    root.removeEventListener('dragover', onOver);
    root.removeEventListener('dragleave', onLeave);
    root.removeEventListener('drop', onDrop);
    delete root.dataset['drop'];
  };
}

/** Only during the event itself can the entries be had. */
function droppedOf(transfer: DataTransfer): Dropped {
  const dropped: Dropped = { entries: [], files: [] };
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    const file = entry === null ? item.getAsFile() : null;
    if (entry !== null) dropped.entries.push(entry);
    else if (file !== null) dropped.files.push(file);
  }
  return dropped;
}
