/**
 * The dark modules of a QR code as the `d` of one SVG path, a unit a module: each run of dark modules in a row is one
 * rectangle, which keeps the path at about a third of a rectangle a module.
 */
export function qrPath(modules: readonly (readonly boolean[])[]): string {
  let path = '';
  modules.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue;
      const start = x;
      while (row[x + 1] === true) x++;
      const width = x + 1 - start;
      path += `M${start} ${y}h${width}v1h-${width}z`;
    }
  });
  return path;
}
