import { Lexer, Parser } from 'yaml';

/** Far more than a configuration needs, and far less than what exhausts the stack. */
const maxDepth = 64;

/**
 * The position at which YAML nests deeper than any configuration; undefined when it does not. Check this before parsing:
 * yaml 2.9 composes nested nodes recursively, and V8 aborts the process when a regular expression is compiled at the
 * very end of the stack.
 */
export function findTooDeep(text: string): { line: number; column: number } | undefined {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // Run the generator to its end for its effect on the parser's stack; its tokens are not needed.
    Array.from(parser.next(lexeme));
    if (parser.stack.length > maxDepth) return placeOf(text, parser.offset);
  }
  return undefined;
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
