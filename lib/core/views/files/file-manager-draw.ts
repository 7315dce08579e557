import { HOME } from '../../fs/places.ts';
import { CellGrid } from '../../tty/screen/cell-grid.ts';
import { drawStatus } from '../../tty/screen/status-rows.ts';
import { clusters, textWidth } from '../../tty/width.ts';
import { localTime } from '../local-time.ts';
import { styledLine } from '../styled-line.ts';
import type { FileList, ListedFile } from './file-list.ts';

/** From this width on there is room for two panes. */
const TWO_PANES_COLUMNS = 70;
const QUIET = '90';

export interface ManagerLook {
  left: FileList;
  right: FileList;
  /** Which pane has the keys. */
  side: 'left' | 'right';
  /** In the place of the other pane. */
  preview: readonly string[] | undefined;
  message: string;
  nowMs: number;
}

export const hasTwoPanes = (columns: number): boolean => columns >= TWO_PANES_COLUMNS;

/** Rows of a list that can be seen. */
export const listRows = (rows: number): number => Math.max(1, rows - 2);

/** A frame of the file manager; its last row is for `message` or what is asked. */
export function drawManager(columns: number, rows: number, look: ManagerLook): CellGrid {
  const grid = new CellGrid(columns, rows);
  const current = look.side === 'left' ? look.left : look.right;
  if (!hasTwoPanes(columns)) drawList(grid, current, 0, columns, true, look.nowMs);
  else {
    const middle = Math.floor(columns / 2);
    const isLeft = look.side === 'left' || look.preview !== undefined;
    drawList(grid, look.preview === undefined ? look.left : current, 0, middle - 1, isLeft, look.nowMs);
    if (look.preview === undefined) drawList(grid, look.right, middle + 1, columns, look.side === 'right', look.nowMs);
    else drawPreview(grid, look.preview, middle + 2, columns);
    for (let row = 0; row < rows - 1; row += 1) grid.put(row, middle, '│', QUIET);
  }
  const keys = columns < 60 ? '? keys  q leave' : 'Enter open  c copy  m move  d delete  u undo  ? keys  q leave';
  drawStatus(grid, look.message === '' ? keys : look.message);
  return grid;
}

function drawList(grid: CellGrid, list: FileList, from: number, to: number, isActive: boolean, nowMs: number): void {
  const width = to - from;
  const count = list.selectedCount > 0 ? `${list.selectedCount} selected ` : list.filter === '' ? '' : `/${list.filter} `;
  const place = list.directory === HOME || list.directory.startsWith(`${HOME}/`) ? `~${list.directory.slice(HOME.length)}` : list.directory;
  grid.put(0, from, ` ${fromEnd(place, width - textWidth(count) - 2)} `, isActive ? '1;36' : '36', to);
  grid.put(0, to - textWidth(count), count, '33', to);
  const rows = listRows(grid.rows);
  const top = Math.max(0, Math.min(list.cursor - Math.floor(rows / 2), list.entries.length - rows));
  if (list.failure !== '') grid.put(1, from + 1, list.failure, '31', to);
  else if (list.entries.every(({ name }) => name === '..')) grid.put(2, from + 1, list.filter === '' ? 'empty' : 'no such name', QUIET, to);
  for (let row = 0; row < rows; row += 1) {
    const entry = list.entries[top + row];
    if (entry === undefined) break;
    drawEntry(grid, row + 1, from, to, entry, { isUnder: isActive && top + row === list.cursor, isSelected: list.isSelected(entry), nowMs });
  }
}

function drawEntry(
  grid: CellGrid, row: number, from: number, to: number, entry: ListedFile, how: { isUnder: boolean; isSelected: boolean; nowMs: number },
): void {
  const isDirectory = entry.kind === 'directory';
  const width = to - from;
  const colour = how.isSelected ? '33' : entry.kind === 'link' ? '31' : entry.isLink ? '36' : isDirectory ? '34;1' : '';
  const style = [...(how.isUnder ? ['7'] : []), ...(colour === '' ? [] : [colour])].join(';');
  if (how.isUnder) grid.fill(row, style, from, to);
  const details = width < 34 ? (isDirectory ? '' : sizeWords(entry.size)) : `${isDirectory ? '' : sizeWords(entry.size)}  ${entry.name === '..' ? '' : timeWords(entry.mtimeMs, how.nowMs)}`;
  const room = width - 3 - textWidth(details) - 1;
  const mark = isDirectory ? '/' : entry.isLink ? '@' : '';
  const name = cut(entry.name.replace(/[\t\n]/g, '?'), room - mark.length);
  grid.put(row, from, how.isSelected ? '*' : ' ', style, to);
  grid.put(row, from + 1, `${name}${mark}`, style, to);
  grid.put(row, to - textWidth(details) - 1, details, how.isUnder ? style : QUIET, to);
}

function drawPreview(grid: CellGrid, lines: readonly string[], from: number, to: number): void {
  lines.slice(0, grid.rows - 1).forEach((line, row) => {
    let column = from;
    for (const { text, width, style } of styledLine(line)) {
      if (column + width > to) break;
      grid.put(row, column, text, style, to);
      column += width;
    }
  });
}

/** e.g. `17`, `4.2K`, `12M`. */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return String(bytes);
  const units = 'KMGT';
  let value = bytes;
  let unit = -1;
  for (; value >= 1000 && unit < units.length - 1; unit += 1) value /= 1024;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}${units[unit] ?? ''}`;
}

/** The day, and the time of what is not older than half a year. */
function timeWords(mtimeMs: number, nowMs: number): string {
  const { day, time } = localTime(mtimeMs);
  return Math.abs(nowMs - mtimeMs) < 180 * 86_400_000 ? `${day.slice(5)} ${time}` : ` ${day}`;
}

function cut(text: string, room: number): string {
  if (textWidth(text) <= room) return text;
  let out = '';
  let width = 0;
  for (const cluster of clusters(text)) {
    if (width + cluster.width > room - 1) break;
    out += cluster.text;
    width += cluster.width;
  }
  return `${out}…`;
}

/** The last part of a long path says more than the first. */
function fromEnd(text: string, room: number): string {
  const all = clusters(text);
  let width = textWidth(text);
  if (width <= room) return text;
  while (all.length > 0 && width > room - 1) width -= all.shift()?.width ?? 0;
  return `…${all.map((cluster) => cluster.text).join('')}`;
}
