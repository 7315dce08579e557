/** Where to go from a page that shows nothing: what the person most likely wants, or the terminal, which always works. */
export function WaysOn({ href, label }: { href: string; label: string }) {
  return (
    <p className="buttons">
      <a className="button" href={href}>
        {label}
      </a>
      <a className="button quiet" href="/">
        Open the terminal
      </a>
    </p>
  );
}
