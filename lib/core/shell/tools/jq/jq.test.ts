import { describe, expect, test } from 'vitest';
import { formatNumber } from './number-text.ts';
import { JsonReader, MORE } from './read-json.ts';
import { array, object, toJson } from './value.ts';

describe('jq', () => {
  test('a value stays what it is when another is made from it', () => {
    const first = array([1, 2]);
    const second = first.with(0, 9);
    const third = first.concat([3]);
    const one = object([['a', 1]]);
    const two = one.with('b', 2);
    const three = one.with('a', 5);
    expect([first, second, third, second.with(4, 0), one, two, three, two.without(new Set(['a']))].map(toJson))
      .toEqual(['[1,2]', '[9,2]', '[1,2,3]', '[9,2,null,null,0]', '{"a":1}', '{"a":1,"b":2}', '{"a":5}', '{"b":2}']);
    expect(toJson(second)).toBe('[9,2]');
  });

  test('documents are read wherever the text is cut', () => {
    const text = '{"a":[1,-2.5e1,"x\\n\\u00e9\\"\\\\"],"b":{}} [true,null] "é" 12 ';
    for (let cut = 0; cut <= text.length; cut += 1) {
      const reader = new JsonReader();
      const found: string[] = [];
      for (const part of [text.slice(0, cut), text.slice(cut)]) {
        reader.push(part);
        for (let value = reader.next(); value !== MORE && typeof value !== 'symbol'; value = reader.next()) found.push(toJson(value));
      }
      expect(found).toEqual(['{"a":[1,-25,"x\\né\\"\\\\"],"b":{}}', '[true,null]', '"é"', '12']);
    }
  });

  test('numbers are printed as jq 1.6 prints them', () => {
    expect([1, -0, 0.1, 1e15, 1e16, 1.5e16, 1e17, 1e-5, 0.0001, -3.5e-7, Number.POSITIVE_INFINITY, Number.NaN, 1.2345678901234568e29].map(formatNumber))
      .toEqual(['1', '-0', '0.1', '1000000000000000', '1e+16', '15000000000000000', '1e+17', '1e-05', '0.0001', '-3.5e-07', '1.7976931348623157e+308', 'null', '123456789012345680000000000000']);
  });
});
