/**
 * What a script needs around it so that ioredis-mock's Lua (fengari, Lua 5.3) behaves like Redis's:
 *
 * - replies of `redis.call` are JavaScript arrays there: they become Lua tables, a missing value becomes `false`;
 * - numbers: fengari's integers have 32 bits and wrap, Redis's Lua 5.1 has doubles only. From a thousand (literals)
 *   or a million (replies, `tonumber`) on they are floats; `tostring`, `%d` and arguments write them whole. What is
 *   left is `..` on such a number, which writes `1000000.0`: use `tostring` or `string.format`;
 * - `redis.pcall`, `error_reply` and `status_reply` give tables with `err` or `ok`; errors carry Redis's words;
 * - TIME is right, and stands still for the script (the mock rounds seconds and takes unrelated microseconds);
 * - SET takes its options in any case and order, with KEEPTTL; RENAME refuses a missing key and forgets the old
 *   target's expiry; XADD's `*` is a time; XRANGE takes full ids;
 * - setting an undeclared global is an error;
 * - the reply comes back as one string, so that nil, false, floats and bytes survive (`parseLuaReply`).
 *
 * Not there, in the mock as little as here: cjson, cmsgpack, struct, bit, redis.sha1hex. All of it stays on one
 * line, so that the line numbers in error messages are the script's own.
 */
export function wrapScript(script: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000);
  const micros = Math.floor((nowMs - seconds * 1000) * 1000);
  const flat = prelude.replaceAll('$SECONDS', String(seconds)).replaceAll('$MICROS', String(micros)).replace(/\s*\n\s*/g, ' ');
  return `${flat} local __run = function() ${withWideNumbers(script)}\n end return __finish(__run)`;
}

/** Strings and comments, which stay as they are, or a whole number of four digits and more. */
const wideNumbers =
  /("(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|(?:--)?\[(=*)\[[\s\S]*?\]\2\]|--[^\n]*)|(?<![\w.])(\d{4,})(?![.\w])/g;

function withWideNumbers(script: string): string {
  return script.replace(wideNumbers, (all, kept: string | undefined, _level, digits: string) => (kept === undefined ? `${digits}.0` : all));
}

const prelude = String.raw`
local __finish
do
  local raw = redis.pcall
  local whole = function(n)
    if n == math.floor(n) and n < 9e15 and n > -9e15 then return string.format('%.0f', n) end
    return string.format('%.17g', n)
  end
  local small = function(n)
    if n == math.floor(n) and n < 1e6 and n > -1e6 then return math.tointeger(n) or n end
    return n + 0.0
  end
  local fix
  fix = function(value, base)
    local kind = type(value)
    if value == nil then return false end
    if kind == 'number' then return small(value) end
    if kind ~= 'userdata' then return value end
    local text = tostring(value)
    if text == 'null' or text == 'undefined' then return false end
    local list = {}
    for i = 1, #value do list[i] = fix(value[base + i - 1], 0) end
    return list
  end
  local send = function(...)
    local value = raw(...)
    if type(value) == 'userdata' and value[0] == 'error' then error({ err = (string.gsub(value[1], '^%w*Error: ', '')) }, 0) end
    return fix(value, 1)
  end
  local special = {
    TIME = function() return { '$SECONDS', '$MICROS' } end,
    SET = function(name, key, value, ...)
      local flags, expiry, keep = {}, {}, false
      local options, i = { ... }, 1
      while i <= #options do
        local option = string.upper(options[i])
        if option == 'NX' or option == 'XX' or option == 'GET' then flags[#flags + 1] = option
        elseif option == 'KEEPTTL' then keep = true
        elseif (option == 'EX' or option == 'PX' or option == 'EXAT' or option == 'PXAT') and options[i + 1] and #expiry == 0 then
          expiry = { option, options[i + 1] }
          i = i + 1
        else error({ err = 'ERR syntax error' }, 0) end
        i = i + 1
      end
      local left = keep and send('PTTL', key) or -1
      for _, flag in ipairs(flags) do expiry[#expiry + 1] = flag end
      local reply = send(name, key, value, table.unpack(expiry))
      if left > 0 then send('PEXPIRE', key, whole(left)) end
      if reply == 'OK' then return { ok = 'OK' } end
      return reply
    end,
    GET = function(name, key)
      local value = send(name, key)
      if value == false and send('EXISTS', key) == 1 then return '' end
      return value
    end,
    HGET = function(name, key, field)
      local value = send(name, key, field)
      if value == false and send('HEXISTS', key, field) == 1 then return '' end
      return value
    end,
    RENAME = function(name, from, to)
      if send('EXISTS', from) == 0 then error({ err = 'ERR no such key' }, 0) end
      if from ~= to then
        send('DEL', to)
        send(name, from, to)
      end
      return { ok = 'OK' }
    end,
    XADD = function(name, key, ...)
      local parameters = { ... }
      local at = 1
      if string.upper(parameters[1]) == 'MAXLEN' then
        parameters[1] = 'MAXLEN'
        at = (parameters[2] == '~' or parameters[2] == '=') and 4 or 3
      end
      if parameters[at] ~= '*' then error({ err = 'ERR only * is available as the id of XADD here' }, 0) end
      local newest = send('XREVRANGE', key, '+', '-', 'COUNT', '1')
      local last = newest[1] and tonumber(string.match(newest[1][1], '^%d+')) or 0
      local ms = $SECONDS * 1000.0 + $MICROS // 1000
      if ms <= last then ms = last + 1 end
      parameters[at] = whole(ms)
      local id = send(name, key, table.unpack(parameters))
      send('DEL', 'stream:' .. key .. ':' .. id)
      return id
    end,
  }
  local bound = function(id, isLow)
    local open, ms, seq = string.match(id, '^(%(?)(%d+)%-?(%d*)$')
    if not ms then return id end
    local n = tonumber(ms)
    if isLow and (open == '(' or (tonumber(seq) or 0) > 0) then n = n + 1 end
    if not isLow and open == '(' and (tonumber(seq) or 0) == 0 then n = n - 1 end
    return whole(n)
  end
  special.XRANGE = function(name, key, low, high, ...) return send(name, key, bound(low, true), bound(high, false), ...) end
  special.XREVRANGE = function(name, key, high, low, ...) return send(name, key, bound(high, false), bound(low, true), ...) end
  redis.call = function(name, ...)
    local parameters = { ... }
    for i = 1, select('#', ...) do
      local kind = type(parameters[i])
      if kind == 'number' then parameters[i] = whole(parameters[i])
      elseif kind ~= 'string' then error({ err = 'ERR Lua redis lib command arguments must be strings or integers' }, 0) end
    end
    local upper = string.upper(name)
    local run = special[upper]
    if run then return run(upper, table.unpack(parameters)) end
    return send(upper, table.unpack(parameters))
  end
  redis.pcall = function(...)
    local ok, value = pcall(redis.call, ...)
    if ok then return value end
    if type(value) == 'table' then return value end
    return { err = tostring(value) }
  end
  redis.error_reply = function(message) return { err = message } end
  redis.status_reply = function(message) return { ok = message } end
  redis.log = function() end
  redis.LOG_DEBUG, redis.LOG_VERBOSE, redis.LOG_NOTICE, redis.LOG_WARNING = 0, 1, 2, 3
  local hex = function(text) return (string.gsub(text, '.', function(c) return string.format('%02x', string.byte(c)) end)) end
  local encode
  encode = function(value)
    local kind = type(value)
    if kind == 'string' then return 's' .. hex(value) .. ';' end
    if kind == 'number' then return 'i' .. string.format('%.0f', value < 0 and math.ceil(value) or math.floor(value)) .. ';' end
    if value == true then return 'i1;' end
    if kind ~= 'table' then return 'n;' end
    if type(value.err) == 'string' then return 'e' .. hex(value.err) .. ';' end
    if type(value.ok) == 'string' then return 's' .. hex(value.ok) .. ';' end
    local parts = {}
    for i = 1, math.huge do
      if value[i] == nil then break end
      parts[i] = encode(value[i])
    end
    return 'a' .. #parts .. ';' .. table.concat(parts)
  end
  local protected, kindOf, text, number, format = pcall, type, tostring, tonumber, string.format
  tonumber = function(...)
    local n = number(...)
    return n and small(n)
  end
  tostring = function(value)
    if kindOf(value) == 'number' then return whole(value) end
    return text(value)
  end
  string.format = function(pattern, ...)
    local values, at = { ... }, 0
    for kind in string.gmatch((string.gsub(pattern, '%%%%', '')), '%%[%-+ #0]*%d*%.?%d*(%a)') do
      at = at + 1
      if kind == 's' and kindOf(values[at]) == 'number' then values[at] = whole(values[at]) end
    end
    return format((string.gsub(pattern, '%%d', '%%.0f')), table.unpack(values, 1, select('#', ...)))
  end
  __finish = function(run)
    local ok, value = protected(run)
    if ok then return encode(value) end
    if kindOf(value) == 'table' and value.err then return 'e' .. hex(value.err) .. ';' end
    return 'x' .. hex(text(value)) .. ';'
  end
  setmetatable(_G, { __newindex = function(_, name) error('Script attempted to create global variable \'' .. tostring(name) .. '\'', 2) end })
end
`;

export type LuaReply = null | number | Buffer | LuaReply[];

/** Decodes what a wrapped script returned. A script's error comes as `error`, in Redis's words. */
export function parseLuaReply(text: string): { reply: LuaReply } | { error: string } {
  let position = 0;
  const next = (): [kind: string, value: string] => {
    const end = text.indexOf(';', position);
    const part = text.slice(position, end);
    position = end + 1;
    return [part.charAt(0), part.slice(1)];
  };
  const read = (): LuaReply => {
    const [kind, value] = next();
    if (kind === 'i') return Number(value);
    if (kind === 's') return Buffer.from(value, 'hex');
    if (kind === 'a') return Array.from({ length: Number(value) }, read);
    return null;
  };
  const isError = text.startsWith('e');
  if (!isError && !text.startsWith('x')) return { reply: read() };
  const message = Buffer.from(next()[1], 'hex').toString();
  if (!isError) return { error: `ERR ${scriptLine(message)}` };
  return { error: /^[A-Z]+ /.test(message) ? message : `ERR ${message}` };
}

/** Lua's `[string "…"]:3: why` as Redis writes it: `user_script:3: why`. */
export function scriptLine(message: string): string {
  return message.replace(/\[string "[\s\S]*?"\]:(\d+):/, 'user_script:$1:');
}
