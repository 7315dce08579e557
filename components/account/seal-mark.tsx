/** The mark: a seal's head above two waves. The same drawing as app/icon.svg, in the page's own colours. */
export function SealMark({ className }: { className?: string | undefined }) {
  return (
    <svg className={className} viewBox="4 8 56 56" fill="none" strokeLinecap="round" aria-hidden="true" focusable="false">
      <path
        fill="currentColor"
        d="M13 45c-1-19 6-33 19-33s20 14 19 33c-3.2 1.6-6 1.2-9-1-3.3-2.4-6.7-2.4-10 0s-6.7 2.4-10 0c-3 2.2-5.8 2.6-9 1Z"
      />
      <g fill="var(--bg)">
        <circle cx="24" cy="26" r="2.8" />
        <circle cx="40" cy="26" r="2.8" />
        <path d="M28.5 31.5h7c.9 0 1.3 1 .7 1.7l-2.7 2.9a2 2 0 0 1-3 0l-2.7-2.9c-.6-.7-.2-1.7.7-1.7Z" />
      </g>
      <path stroke="var(--bg)" strokeWidth="1.6" d="M26 36.5l-8.5-1M26 39l-8 2M38 36.5l8.5-1M38 39l8 2" />
      <g stroke="var(--accent)" strokeWidth="3.5">
        <path d="M8 52.5q6-5 12 0t12 0 12 0 12 0" />
        <path d="M14 60.5q6-5 12 0t12 0 12 0" />
      </g>
    </svg>
  );
}
