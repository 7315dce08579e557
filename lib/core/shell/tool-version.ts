const GNU: ReadonlySet<string> = new Set((
  'awk gawk bc cmp diff diff3 sdiff patch find xargs grep egrep fgrep gzip gunzip zcat zgrep sed tar ' +
  'b2sum base32 base64 basename basenc cat chmod cksum comm cp csplit cut date dd df dirname du env expand expr factor fmt fold groups head hostid id install join link ln ls md5sum mkdir mktemp mv nice nl nohup nproc numfmt od ' +
  'paste pathchk pr printenv printf readlink realpath rm rmdir seq sha1sum sha224sum sha256sum sha384sum sha512sum shuf sleep sort split stat sum tac tail tee test timeout touch tr truncate tsort tty uname unexpand uniq unlink wc whoami yes'
).split(' '));

/** The line of `--version`: scripts look in it for GNU, and are to find it where they may rely on GNU's options. */
export function toolVersion(name: string): string {
  return GNU.has(name) ? `${name} (Selkie), which follows GNU ${name}` : `${name} (Selkie)`;
}

/** `help` or `version` where a tool refused `--help` or `--version`, which are not among its own options. */
export function askedOfTool(refusal: string): 'help' | 'version' | undefined {
  return /^(?:unrecognized option|unknown predicate) [`']--(help|version)'$/.exec(refusal)?.[1] as 'help' | 'version' | undefined;
}
