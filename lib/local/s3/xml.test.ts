import { expect, test } from 'vitest';
import { S3Error } from './s3-error.ts';
import { parseXml, xmlDocument } from './xml.ts';

test('what is written escaped is read back the same', () => {
  const text = `a & b < c > "d" 'e' ]]> é \u{1f9ad} \u0001`;
  expect(parseXml(xmlDocument('Delete', [['Object', [['Key', text]]], ['Quiet', 'true']]))).toEqual({
    name: 'Delete',
    text: '',
    children: [
      { name: 'Object', text: '', children: [{ name: 'Key', text, children: [] }] },
      { name: 'Quiet', text: 'true', children: [] },
    ],
  });
});

test('white space between elements, attributes and empty elements are understood', () => {
  const source = `<?xml version="1.0"?>\n<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\n  <Object>\n <Key> a </Key><ETag/></Object>\n</Delete>\n`;
  expect(parseXml(source)).toEqual({
    name: 'Delete',
    text: '',
    children: [
      {
        name: 'Object',
        text: '',
        children: [
          { name: 'Key', text: ' a ', children: [] },
          { name: 'ETag', text: '', children: [] },
        ],
      },
    ],
  });
});

test.each([
  '',
  'text',
  '<a>',
  '</a>',
  '<a></b>',
  '<a/><b/>',
  '<a/>text',
  '<a>&unknown;</a>',
  '<a>&amp</a>',
  '<a>&#x110000;</a>',
  '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  '<a><!-- c --></a>',
  '<a><![CDATA[c]]></a>',
  '<a b=c></a>',
])('%s is malformed', (source) => {
  expect(() => parseXml(source)).toThrow(S3Error);
});
