import type { Command } from 'commander';
import { closest } from 'fastest-levenshtein';

/**
 * What is wrong with the arguments when they begin with a command that does not exist; `undefined` otherwise. The default
 * command would complain about an argument too many.
 */
export function describeUnknownCommand(program: Command, [name, ...rest]: readonly string[]): string | undefined {
  if (name === undefined || name.startsWith('-') || program.commands.length === 0 || name === 'help') return undefined;
  const command = program.commands.find((candidate) => candidate.name() === name);
  if (command !== undefined) return describeUnknownCommand(command, rest);
  const nearest = closest(
    name,
    program.commands.map((candidate) => candidate.name()),
  );
  const path = [...(program.parent === null ? [] : [program.parent.name()]), program.name()].join(' ');
  return `error: unknown command '${name}'; did you mean ${nearest}? ${path} --help lists the commands`;
}
