import { decodeText } from '../text.ts';

/** What a file is by its first bytes: the common types of the `file` program's list, in its words and as MIME types. */
export interface FileType {
  words: string;
  mime: string;
}

/** `at`: offset; `bytes`: as Latin-1. First hit counts. */
const MAGIC: readonly (readonly [at: number, bytes: string, words: string | ((bytes: Uint8Array) => string), mime: string])[] = [
  [0, '\x89PNG\r\n\x1a\n', pngWords, 'image/png'],
  [0, '\xff\xd8\xff', 'JPEG image data', 'image/jpeg'],
  [0, 'GIF8', (bytes) => `GIF image data, version ${latin(bytes, 3, 6)}, ${little16(bytes, 6)} x ${little16(bytes, 8)}`, 'image/gif'],
  [8, 'WEBP', 'RIFF (little-endian) data, Web/P image', 'image/webp'],
  [8, 'WAVE', 'RIFF (little-endian) data, WAVE audio', 'audio/x-wav'],
  [0, 'BM', 'PC bitmap', 'image/bmp'],
  [0, 'II*\0', 'TIFF image data, little-endian', 'image/tiff'],
  [0, 'MM\0*', 'TIFF image data, big-endian', 'image/tiff'],
  [0, '\0\0\x01\0', 'MS Windows icon resource', 'image/vnd.microsoft.icon'],
  [4, 'ftypavif', 'ISO Media, AVIF Image', 'image/avif'],
  [4, 'ftyp', 'ISO Media, MP4 Base Media', 'video/mp4'],
  [0, '\x1aE\xdf\xa3', 'Matroska data', 'video/x-matroska'],
  [0, 'OggS', 'Ogg data', 'audio/ogg'],
  [0, 'ID3', 'Audio file with ID3', 'audio/mpeg'],
  [0, '\xff\xfb', 'MPEG ADTS, layer III', 'audio/mpeg'],
  [0, 'fLaC', 'FLAC audio bitstream data', 'audio/flac'],
  [0, '%PDF-', (bytes) => `PDF document, version ${latin(bytes, 5, 8)}`, 'application/pdf'],
  [0, '%!PS', 'PostScript document text', 'application/postscript'],
  [0, '\x1f\x8b', 'gzip compressed data', 'application/gzip'],
  [0, 'BZh', 'bzip2 compressed data', 'application/x-bzip2'],
  [0, '\xfd7zXZ\0', 'XZ compressed data', 'application/x-xz'],
  [0, '(\xb5/\xfd', 'Zstandard compressed data', 'application/zstd'],
  [0, "7z\xbc\xaf'\x1c", '7-zip archive data', 'application/x-7z-compressed'],
  [0, 'Rar!', 'RAR archive data', 'application/x-rar'],
  [0, 'PK\x03\x04', zipWords, 'application/zip'],
  [0, 'PK\x05\x06', 'Zip archive data (empty)', 'application/zip'],
  [257, 'ustar  \0', 'POSIX tar archive (GNU)', 'application/x-tar'],
  [257, 'ustar', 'POSIX tar archive', 'application/x-tar'],
  [0, '\x7fELF', 'ELF executable', 'application/x-executable'],
  [0, 'MZ', 'MS-DOS executable', 'application/x-dosexec'],
  [0, '\0asm', 'WebAssembly (wasm) binary module version 0x1 (MVP)', 'application/wasm'],
  [0, 'SQLite format 3\0', 'SQLite 3.x database', 'application/vnd.sqlite3'],
  [0, 'wOFF', 'Web Open Font Format', 'font/woff'],
  [0, 'wOF2', 'Web Open Font Format (Version 2)', 'font/woff2'],
  [0, '\0\x01\0\0\0', 'TrueType Font data', 'font/sfnt'],
  [0, 'OTTO', 'OpenType font data', 'font/sfnt'],
];

/** Bytes that are looked at for what a text is. */
const LOOK_BYTES = 64 * 1024;

function latin(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

function little16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
}

function big32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) * 2 ** 24) + ((bytes[at + 1] ?? 0) << 16) + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0);
}

function pngWords(bytes: Uint8Array): string {
  const colours: Readonly<Record<number, string>> = { 0: 'grayscale', 2: 'RGB', 3: 'colormap', 4: 'gray+alpha', 6: 'RGBA' };
  const colour = `${bytes[24]}-bit${bytes[25] === 3 || bytes[25] === 0 ? ' ' : '/color '}${colours[bytes[25] ?? 0] ?? ''}`;
  return `PNG image data, ${big32(bytes, 16)} x ${big32(bytes, 20)}, ${colour}, ${bytes[28] === 1 ? 'interlaced' : 'non-interlaced'}`;
}

function zipWords(bytes: Uint8Array): string {
  const name = latin(bytes, 30, 30 + little16(bytes, 26));
  if (name.startsWith('word/') || name === '[Content_Types].xml') return 'Microsoft OOXML';
  return 'Zip archive data, at least v2.0 to extract';
}

/** @param bytes the whole file, or its start. */
export function fileType(bytes: Uint8Array): FileType {
  if (bytes.length === 0) return { words: 'empty', mime: 'inode/x-empty' };
  if (bytes.length === 1) return { words: 'very short file (no magic)', mime: 'application/octet-stream' };
  for (const [at, magic, words, mime] of MAGIC) {
    if (bytes.length < at + magic.length) continue;
    let isHit = true;
    for (let index = 0; isHit && index < magic.length; index += 1) isHit = bytes[at + index] === magic.charCodeAt(index);
    if (isHit) return { words: typeof words === 'string' ? words : words(bytes), mime };
  }
  const look = bytes.subarray(0, LOOK_BYTES);
  // Zero bytes and most control characters are in no text.
  if (look.some((byte) => byte < 7 || (byte > 13 && byte < 32 && byte !== 27) || byte === 127)) return { words: 'data', mime: 'application/octet-stream' };
  return textType(look);
}

function textType(look: Uint8Array): FileType {
  const text = decodeText(look);
  const isAscii = !look.some((byte) => byte > 127);
  const hasMark = look[0] === 0xef && look[1] === 0xbb && look[2] === 0xbf;
  const encoding = isAscii ? 'ASCII' : /[\udc80-\udcff]/.test(text.slice(0, -3)) ? 'ISO-8859' : 'UTF-8';
  const lines = text.split('\n');
  const ends: string[] = [];
  if (lines.some((line) => line.replace(/\r$/, '').length > 300)) ends.push(`with very long lines (${Math.max(...lines.map((line) => line.length))})`);
  if (/\r\n/.test(text) && !/(^|[^\r])\n/.test(text)) ends.push('with CRLF line terminators');
  else if (/\r\n/.test(text)) ends.push('with CRLF, LF line terminators');
  else if (!text.includes('\n')) ends.push('with no line terminators');
  if (text.includes('\x1b')) ends.push('with escape sequences');
  const tail = ends.map((end) => `, ${end}`).join('');
  const name = `${encoding}${encoding === 'UTF-8' ? ' Unicode' : ''}${hasMark ? ' (with BOM)' : ''} text`;
  const shown = encoding === 'UTF-8' ? name.replace('UTF-8 Unicode', 'Unicode text, UTF-8') : name;
  const script = /^#! ?(\S+)(?: +(\S+))?/.exec(lines[0]!);
  if (script !== null) {
    const program = script[1]!.endsWith('/env') ? script[2] ?? '' : script[1]!;
    const base = program.split('/').pop()!;
    const kinds: Readonly<Record<string, string>> = { sh: 'POSIX shell', bash: 'Bourne-Again shell', python: 'Python', python3: 'Python', perl: 'Perl', node: 'Node.js', ruby: 'Ruby', awk: 'awk' };
    const kind = Object.hasOwn(kinds, base) ? kinds[base]! : `a ${script[1]}${script[2] === undefined ? '' : ` ${script[2]}`}`;
    return { words: `${kind} script, ${shown} executable${tail}`, mime: base === 'sh' || base === 'bash' ? 'text/x-shellscript' : 'text/plain' };
  }
  const start = text.replace(/^\ufeff/, '').trimStart();
  if (/^[[{]/.test(start) && isJson(text)) return { words: 'JSON text data', mime: 'application/json' };
  if (/^<\?xml/i.test(start)) return { words: `XML 1.0 document, ${shown}${tail}`, mime: 'text/xml' };
  if (/^<(!doctype html|html)/i.test(start)) return { words: `HTML document, ${shown}${tail}`, mime: 'text/html' };
  if (/^<svg/i.test(start)) return { words: 'SVG Scalable Vector Graphics image', mime: 'image/svg+xml' };
  return { words: `${shown}${tail}`, mime: 'text/plain' };
}


function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
