import type { ArithmeticFor, Assignment, Case, Command, CommandNode, CompoundList, For, If, PipelineNode, Redirection, Select, Statement, TestCommand, Word } from 'unbash';
import type { ShellFunction } from './state.ts';

/** A function as `declare -f` and `type` write it: bash's own layout (its print_cmd.c), words as they were typed. */
export function functionText(name: string, { body, source }: ShellFunction): string {
  return new Printer(source.text).function(name, body, '');
}

/** A command as `$BASH_COMMAND` has it: of a loop or `case` only how it begins. */
export function commandText(node: PipelineNode, source: string): string {
  return new Printer(source).heading(node);
}

const STEP = '    ';

class Printer {
  readonly #source: string;
  /** Bodies of here-documents, which follow the line they belong to. */
  #documents: string[] = [];
  /** One stood before an operator of this statement, which then has no semicolon. */
  #isAfterDocument = false;

  constructor(source: string) {
    this.#source = source;
  }

  heading(node: PipelineNode): string {
    switch (node.type) {
      case 'For':
      case 'Select': return this.#names(node);
      case 'Case': return `case ${node.word.text} in `;
      case 'ArithmeticFor': return this.#arithmeticHead(node);
      case 'Subshell': return `( ${this.#inline(node.body, '')} )`;
      default: {
        const text = this.#pipeline(node, '');
        const documents = this.#takeDocuments();
        return documents === '' ? text : `${text}\n${documents}`;
      }
    }
  }

  function(name: string, body: ShellFunction['body'], indent: string): string {
    if (body.type === 'BraceGroup' || body.type === 'CompoundList') return `${name} () \n${this.#braces(body.type === 'BraceGroup' ? body.body : body, indent)}`;
    if (body.type === 'Redirected' && body.command.type === 'BraceGroup') return `${name} () \n${this.#braces(body.command.body, indent)}${this.#redirections(body.redirects)}`;
    return `${name} () \n${indent}{ \n${indent}${STEP}${this.#pipeline(body, indent + STEP)}\n${indent}}`;
  }

  #braces(list: CompoundList, indent: string): string {
    return `${indent}{ \n${this.#lines(list, indent + STEP, false)}${indent}}`;
  }

  /** Each statement on a line of its own; `ends`: also the last one has its semicolon. */
  #lines(list: CompoundList, indent: string, ends: boolean): string {
    let out = '';
    let start = indent;
    list.commands.forEach((statement, index) => {
      const isLast = index === list.commands.length - 1;
      const isBackground = statement.background === true;
      const text = this.#statement(statement, indent);
      const documents = this.#takeDocuments();
      const isEnded = documents !== '' || (this.#isAfterDocument && !isLast);
      this.#isAfterDocument = false;
      out += `${start}${text}${isBackground || isEnded || (isLast && !ends) ? '' : ';'}${documents === '' ? '' : `\n${documents}`}`;
      // What comes after `&` stays on its line.
      start = isBackground && !isLast && documents === '' ? ' ' : indent;
      if (start !== ' ') out += '\n';
    });
    // An empty branch of `case` is an empty line.
    return list.commands.length === 0 ? '\n' : out;
  }

  #takeDocuments(): string {
    return this.#documents.splice(0).join('');
  }

  /** The list of `if` and `while`, on one line. */
  #inline(list: CompoundList, indent: string): string {
    return list.commands.map((statement) => this.#statement(statement, indent)).join('; ');
  }

  #statement(statement: Statement, indent: string): string {
    const { command } = statement;
    const text = command.type === 'AndOr'
      ? command.commands.map((part, index) => `${index === 0 ? '' : this.#operator(` ${command.operators[index - 1]} `, ' ')}${this.#pipeline(part, indent)}`).join('')
      : this.#pipeline(command, indent);
    return statement.background === true ? `${text} &` : text;
  }

  #pipeline(node: PipelineNode, indent: string): string {
    if (node.type !== 'Pipeline') return this.#command(node, indent);
    const prefix = node.prefixes.map((item) => (item.type === 'Negation' ? '! ' : item.posix === undefined ? 'time ' : 'time -p ')).join('');
    return prefix + node.commands.map((command, index) => `${index === 0 ? '' : node.operators[index - 1] === '|&' ? ' 2>&1 | ' : this.#operator(' | ', '  ')}${this.#command(command, indent)}`).join('');
  }

  /** Between two commands; here-documents of the first come before the second. */
  #operator(text: string, before: string): string {
    const documents = this.#takeDocuments();
    this.#isAfterDocument ||= documents !== '';
    return documents === '' ? text : `${text === ' | ' ? ' |' : text}\n${documents}${before}`;
  }

  #command(node: CommandNode, indent: string): string {
    const inside = indent + STEP;
    switch (node.type) {
      case 'Command': return this.#simple(node);
      case 'Redirected': return this.#command(node.command, indent) + this.#redirections(node.redirects);
      case 'If': return this.#if(node, indent);
      case 'For':
      case 'Select': return `${this.#names(node)};\n${indent}do\n${this.#lines(node.body, inside, true)}${indent}done`;
      case 'ArithmeticFor': return `${this.#arithmeticHead(node)}\n${indent}do\n${this.#lines(node.body, inside, true)}${indent}done`;
      case 'While': return `${node.kind} ${this.#inline(node.clause, inside)}; do\n${this.#lines(node.body, inside, true)}${indent}done`;
      case 'Case': return this.#case(node, indent);
      case 'BraceGroup': return `{ \n${this.#lines(node.body, inside, false)}${indent}}`;
      case 'Subshell': return `( ${node.body.commands.map((statement) => this.#statement(statement, inside)).join(`;\n${indent}`)} )`;
      case 'Function': return this.function(node.name.text, node.body, indent).replace(/^/, 'function ');
      case 'Coproc': return `coproc ${node.name === undefined ? '' : `${node.name.text} `}${node.body.type === 'CompoundList' ? '' : this.#command(node.body, indent)}`;
      case 'TestCommand': return this.#test(node);
      case 'ArithmeticCommand': return `((${node.body}))`;
    }
  }

  #names(node: For | Select): string {
    return `${node.type === 'For' ? 'for' : 'select'} ${node.name.text} in ${node.wordlist === undefined ? '"$@"' : this.#words(node.wordlist)}`;
  }

  #arithmeticHead(node: ArithmeticFor): string {
    return this.#slice(node.pos, this.#source.indexOf('))', node.pos) + 2);
  }

  /** Where nothing is quoted, every blank is one between words. */
  #test(node: TestCommand): string {
    const text = this.#slice(node.pos, node.end);
    return /['"\\`(]/.test(text) ? text : text.replace(/\s+/g, ' ');
  }

  #slice(from: number, to: number): string {
    return this.#source.slice(from, to);
  }

  #simple(node: Command): string {
    const words = [...node.prefix.filter((item): item is Assignment => item.type === 'Assignment').map(({ text }) => text), ...(node.name === undefined ? [] : [node.name.text]), ...node.args.map(({ text }) => text)];
    const redirections = this.#redirections(node.redirects);
    return words.length === 0 ? redirections.trimStart() : words.join(' ') + redirections;
  }

  #words(words: readonly Word[]): string {
    return words.map(({ text }) => text).join(' ');
  }

  #redirections(redirects: readonly Redirection[]): string {
    return redirects.map((redirect) => {
      const { descriptor } = redirect;
      const from = descriptor === undefined ? '' : descriptor.type === 'FileDescriptor' ? String(descriptor.value) : `{${descriptor.name}}`;
      if (redirect.type === 'HereDoc') {
        this.#documents.push(`${redirect.body.text}${redirect.delimiter?.value ?? ''}\n`);
        return ` ${from}${redirect.operator}${redirect.delimiter?.text ?? ''}`;
      }
      const target = redirect.target?.text ?? '';
      if (redirect.operator === '>&' || redirect.operator === '<&') return ` ${from || (redirect.operator === '>&' ? '1' : '0')}${redirect.operator}${target}`.replace(/^ 1>&(?![\d-])/, ' &> ');
      return ` ${from}${redirect.operator} ${target}`;
    }).join('');
  }

  #if(node: If, indent: string): string {
    const inside = indent + STEP;
    let out = `if ${this.#inline(node.clause, inside)}; then\n${this.#lines(node.then, inside, true)}`;
    const [branch, ...more] = node.elif;
    if (branch !== undefined) {
      const nested: If = { ...branch, type: 'If', elif: more, else: node.else };
      out += `${indent}else\n${inside}${this.#if(nested, inside)};\n`;
    } else if (node.else !== undefined) out += `${indent}else\n${this.#lines(node.else, inside, true)}`;
    return `${out}${indent}fi`;
  }

  #case(node: Case, indent: string): string {
    const inside = indent + STEP;
    const items = node.items.map((item) =>
      `${inside}${item.pattern.map(({ text }) => text).join(' | ')})\n${this.#lines(item.body, inside + STEP, false)}${inside}${item.terminator ?? ';;'}\n`);
    return `case ${node.word.text} in \n${items.join('')}${indent}esac`;
  }
}
