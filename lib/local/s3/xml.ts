import { S3Error } from './s3-error.ts';

/** An element: its name and either its text or its children. */
export type XmlNode = readonly [name: string, content: string | readonly XmlNode[]];

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Text as XML. Control characters become numbered references, as S3 does; a client that must read such a key
 * asks for `encoding-type=url`, since XML 1.0 cannot carry them.
 */
export function escapeXml(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[&<>"\u0000-\u001f\u007f]/g, (found) => named[found] ?? `&#x${found.charCodeAt(0).toString(16)};`);
}

function write([name, content]: XmlNode): string {
  if (content.length === 0) return `<${name}/>`;
  return `<${name}>${typeof content === 'string' ? escapeXml(content) : content.map(write).join('')}</${name}>`;
}

/** A whole document; S3's namespace on everything but errors, which AWS sends without. */
export function xmlDocument(root: string, children: readonly XmlNode[] | string): string {
  const body = typeof children === 'string' ? escapeXml(children) : children.map(write).join('');
  const namespace = root === 'Error' ? '' : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${body}</${root}>`;
}

export interface XmlElement {
  name: string;
  /** Its own text, references resolved; white space between child elements is dropped. */
  text: string;
  children: XmlElement[];
}

const references: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function malformed(): S3Error {
  return new S3Error('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema.');
}

function unescapeXml(text: string): string {
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(';')) throw malformed();
    const known = references[name];
    if (known !== undefined) return known;
    const number = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
    const code = number ? Number.parseInt(number[1] ?? number[2] ?? '', number[1] ? 16 : 10) : Number.NaN;
    if (!(code <= 0x10ffff)) throw malformed();
    return String.fromCodePoint(code);
  });
}

/**
 * Reads the small documents that clients send (DeleteObjects, CreateBucket): elements, text and references.
 * A document type, a comment, CDATA or a processing instruction is refused rather than half understood, so
 * there are no entities to expand.
 */
export function parseXml(source: string): XmlElement {
  const document: XmlElement = { name: '', text: '', children: [] };
  const open: XmlElement[] = [document];
  const body = source.replace(/^\ufeff?\s*<\?xml[^?]*\?>/, '');
  // One step a tag: the text before it, then `<name attributes>`, `</name>` or `<name/>`.
  const step = /([^<]*)<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
  let at = 0;
  while (body.slice(at).trim() !== '') {
    step.lastIndex = at;
    const found = step.exec(body);
    const current = open.at(-1);
    if (!found || !current) throw malformed();
    const [whole, text = '', closing, name = '', attributes = '', empty] = found;
    at += whole.length;
    current.text += unescapeXml(text);
    if (closing) {
      if (attributes || empty || current.name !== name || open.length === 1) throw malformed();
      open.pop();
      if (current.children.length > 0 && current.text.trim() === '') current.text = '';
    } else {
      const element: XmlElement = { name, text: '', children: [] };
      current.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [root] = document.children;
  if (open.length !== 1 || document.children.length !== 1 || document.text.trim() !== '' || !root) throw malformed();
  return root;
}
