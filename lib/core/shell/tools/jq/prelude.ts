import { parseFilter } from './parse.ts';
import type { Definition } from './syntax.ts';

/** Functions written in jq; each is compiled when a filter first names it. */
const SOURCE = `
def map_values(f): .[] |= f;
def values: select(. != null);
def nulls: select(. == null);
def booleans: select(type == "boolean");
def numbers: select(type == "number");
def strings: select(type == "string");
def arrays: select(type == "array");
def objects: select(type == "object");
def iterables: select(type == "array" or type == "object");
def scalars: select(type != "array" and type != "object");
def scalars_or_empty: select(type != "array" and type != "object");
def finites: select(isinfinite or isnan | not);
def normals: select(isnormal);
def recurse_down: recurse;
def paths: path(..) | select(length > 0);
def paths(f): . as $dot | paths | select(. as $p | $dot | getpath($p) | f);
def leaf_paths: paths(scalars);
def pick(f): . as $top | reduce path(f) as $p (null; setpath($p; $top | getpath($p)));
def with_entries(f): to_entries | map(f) | from_entries;
def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w;
def first: .[0];
def last: .[-1];
def nth($n): .[$n];
def nth($n; f): if $n < 0 then error("Out of bounds negative array index") else last(limit($n + 1; f)) end;
def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end;
def combinations($n): . as $dot | [range($n)] | map($dot) | combinations;
def in(xs): . as $x | xs | has($x);
def inside(xs): . as $x | xs | contains($x);
def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
def todateiso8601: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdate: fromdateiso8601;
def date: todate;
def dateadd(u; n): . + n;
def datesub(u; n): . - n;
def match($re): match($re; null);
def match($re; $flags): _match($re; $flags) | .[];
def test($re): test($re; null);
def capture($re): capture($re; null);
def capture($re; $flags): match($re; $flags) | [.captures | .[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
def scan($re): scan($re; null);
def scan($re; $flags): match($re; "g" + $flags) | if (.captures | length) > 0 then [.captures | .[] | .string] else .string end;
def split($re; $flags): . as $s | [foreach ((match($re; $flags + "g") | [.offset, .length]), null) as $m ([0, null]; if $m == null then [.[0], $s[.[0]:]] else [$m[0] + $m[1], $s[.[0]:$m[0]]] end; .[1])];
def splits($re): splits($re; null);
def splits($re; $flags): split($re; $flags) | .[];
def truncate_stream(stream): . as $n | null | stream | . as $input | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;
def fromstream(f): {x: null, e: false} as $init
  | foreach f as $i ($init;
      if .e then $init else . end
      | if $i | length == 2
        then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1])
        else setpath(["e"]; $i[0] | length == 1) end;
      if .e then .x else empty end);
def IN(s): any(s == .; .);
def IN(src; s): any(src == s; .);
def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] |= $row);
def INDEX(f): INDEX(.[]; f);
def JOIN($idx; f): [.[] | [., $idx[f]]];
def JOIN($idx; stream; f): stream | [., $idx[f]];
def JOIN($idx; stream; f; join): stream | [., $idx[f]] | join;
def ascii: [.] | implode;
def debug(msg): (msg | debug | empty), .;
def toarray: if type == "array" then . else [.] end;
def error(msg): msg | error;
def halt_error: halt_error(5);
def env: $ENV;
def get_search_list: [];
def have_literal_numbers: true;
def have_decnum: false;
def bsearch($target): if length == 0 then -1 else
  {low: 0, high: (length - 1), at: null} as $start | . as $in
  | $start | until(.at != null or .low > .high;
      ((.low + .high) / 2 | floor) as $mid | $in[$mid] as $found
      | if $found == $target then .at = $mid elif $found < $target then .low = $mid + 1 else .high = $mid - 1 end)
  | if .at != null then .at else -1 - .low end end;
`;

let definitions: Map<string, Definition> | undefined;

/** @param key such as `map_values/1`. */
export function preludeDefinition(key: string): Definition | undefined {
  definitions ??= new Map(parseFilter(SOURCE).definitions.map((definition) => [`${definition.name}/${definition.params.length}`, definition]));
  return definitions.get(key);
}

/** The names of all of them, for `builtins`. */
export function preludeNames(): readonly string[] {
  preludeDefinition('');
  return [...(definitions as Map<string, Definition>).keys()];
}
