/** `set` and the `shopt`s that change something here; the others are taken and do nothing. */
export interface ShellFlags {
  errexit: boolean;
  nounset: boolean;
  xtrace: boolean;
  verbose: boolean;
  noexec: boolean;
  noglob: boolean;
  pipefail: boolean;
  noclobber: boolean;
  allexport: boolean;
  errtrace: boolean;
  functrace: boolean;
  physical: boolean;
  braceexpand: boolean;
  monitor: boolean;
  history: boolean;
  histexpand: boolean;
  nullglob: boolean;
  dotglob: boolean;
  failglob: boolean;
  globstar: boolean;
  /** In `${x#@(a|b)}` only; where it could mean nothing else, `@(a|b)` is always understood. */
  extglob: boolean;
  nocaseglob: boolean;
  nocasematch: boolean;
  lastpipe: boolean;
  inheritErrexit: boolean;
  patsubReplacement: boolean;
  autocd: boolean;
  xpgEcho: boolean;
  expandAliases: boolean;
  keyword: boolean;
}

export const INITIAL_FLAGS: ShellFlags = {
  errexit: false, nounset: false, xtrace: false, verbose: false, noexec: false, noglob: false, pipefail: false, noclobber: false,
  allexport: false, errtrace: false, functrace: false, physical: false, braceexpand: true, monitor: false, history: false, histexpand: false,
  nullglob: false, dotglob: false, failglob: false, globstar: false, extglob: false, nocaseglob: false, nocasematch: false, lastpipe: false,
  inheritErrexit: false, patsubReplacement: true, autocd: false, xpgEcho: false, expandAliases: false, keyword: false,
};

/** The letters of `set`, in the order of `$-`. */
export const SET_LETTERS: readonly (readonly [letter: string, flag: keyof ShellFlags])[] = [
  ['a', 'allexport'], ['e', 'errexit'], ['f', 'noglob'], ['k', 'keyword'], ['m', 'monitor'], ['n', 'noexec'], ['u', 'nounset'], ['v', 'verbose'], ['x', 'xtrace'],
  ['B', 'braceexpand'], ['C', 'noclobber'], ['E', 'errtrace'], ['H', 'histexpand'], ['P', 'physical'], ['T', 'functrace'],
];

/** The names of `set -o`; undefined: always as the second says, whatever is asked. */
export const SET_NAMES: readonly (readonly [name: string, flag: keyof ShellFlags | undefined, fixed?: boolean])[] = [
  ['allexport', 'allexport'], ['braceexpand', 'braceexpand'], ['emacs', undefined, false], ['errexit', 'errexit'], ['errtrace', 'errtrace'],
  ['functrace', 'functrace'], ['hashall', undefined, true], ['histexpand', 'histexpand'], ['history', 'history'], ['ignoreeof', undefined, false],
  ['interactive-comments', undefined, true], ['keyword', 'keyword'], ['monitor', 'monitor'], ['noclobber', 'noclobber'], ['noexec', 'noexec'],
  ['noglob', 'noglob'], ['nolog', undefined, false], ['notify', undefined, false], ['nounset', 'nounset'], ['onecmd', undefined, false],
  ['physical', 'physical'], ['pipefail', 'pipefail'], ['posix', undefined, false], ['privileged', undefined, false], ['verbose', 'verbose'],
  ['vi', undefined, false], ['xtrace', 'xtrace'],
];

/** The names of `shopt`, as `SET_NAMES`. */
export const SHOPT_NAMES: readonly (readonly [name: string, flag: keyof ShellFlags | undefined, fixed?: boolean])[] = [
  ['autocd', 'autocd'], ['assoc_expand_once', undefined, false], ['cdable_vars', undefined, false], ['cdspell', undefined, false],
  ['checkhash', undefined, false], ['checkjobs', undefined, false], ['checkwinsize', undefined, true], ['cmdhist', undefined, true],
  ['compat31', undefined, false], ['compat32', undefined, false], ['compat40', undefined, false], ['compat41', undefined, false],
  ['compat42', undefined, false], ['compat43', undefined, false], ['compat44', undefined, false], ['complete_fullquote', undefined, true],
  ['direxpand', undefined, false], ['dirspell', undefined, false], ['dotglob', 'dotglob'], ['execfail', undefined, false],
  ['expand_aliases', 'expandAliases'], ['extdebug', undefined, false], ['extglob', 'extglob'], ['extquote', undefined, true],
  ['failglob', 'failglob'], ['force_fignore', undefined, true], ['globasciiranges', undefined, true], ['globskipdots', undefined, true],
  ['globstar', 'globstar'], ['gnu_errfmt', undefined, false], ['histappend', undefined, false], ['histreedit', undefined, false],
  ['histverify', undefined, false], ['hostcomplete', undefined, true], ['huponexit', undefined, false], ['inherit_errexit', 'inheritErrexit'],
  ['interactive_comments', undefined, true], ['lastpipe', 'lastpipe'], ['lithist', undefined, false], ['localvar_inherit', undefined, false],
  ['localvar_unset', undefined, false], ['login_shell', undefined, false], ['mailwarn', undefined, false],
  ['no_empty_cmd_completion', undefined, false], ['nocaseglob', 'nocaseglob'], ['nocasematch', 'nocasematch'],
  ['noexpand_translation', undefined, false], ['nullglob', 'nullglob'], ['patsub_replacement', 'patsubReplacement'], ['progcomp', undefined, true],
  ['progcomp_alias', undefined, false], ['promptvars', undefined, true], ['restricted_shell', undefined, false],
  ['shift_verbose', undefined, false], ['sourcepath', undefined, true], ['varredir_close', undefined, false], ['xpg_echo', 'xpgEcho'],
];
