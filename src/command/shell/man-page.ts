import type { Command } from 'commander';

/** The manual page of the program, in section 1, as roff: https://man7.org/linux/man-pages/man7/groff_man.7.html. */
export function toManPage(program: Command): string {
  const name = program.name();
  const version = (program.version() ?? '').split(' ')[0] ?? '';
  return [
    `.TH ${name.toUpperCase()} 1 "" "${name} ${version}" "User commands"`,
    '.SH NAME',
    `${escape(name)} \\- ${escape(program.description())}`,
    '.SH SYNOPSIS',
    `.B ${escape(name)}`,
    '.RI [ COMMAND ] " " [ OPTION ]...',
    '.SH COMMANDS',
    ...commandsOf(program).flatMap(toSection),
    '.SH FILES',
    ...toItem(
      '/etc/claude-harness/harness.yaml',
      'The configuration of an installed service; each key is explained in docs/config.md.',
    ),
    '.SH SEE ALSO',
    '.BR claude (1),',
    '.BR systemctl (1)',
    '',
  ].join('\n');
}

/** All of a command's own commands and theirs, but for hidden ones, in the order of the help. */
function commandsOf(command: Command): Command[] {
  const visible = command.createHelp().visibleCommands(command);
  return visible.filter((one) => one.name() !== 'help').flatMap((one) => [one, ...commandsOf(one)]);
}

function toSection(command: Command): string[] {
  const options = command.createHelp().visibleOptions(command);
  const terms = command.registeredArguments.filter(({ description }) => description !== '');
  return [
    `.SS ${escape(pathOf(command))} ${escape(command.usage())}`,
    `${escape(capitalized(command.description()))}.`,
    ...terms.flatMap((argument) => toItem(argument.name(), argument.description)),
    ...options.flatMap((option) => toItem(option.flags, command.createHelp().optionDescription(option))),
  ];
}

/** From the program's name on. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function toItem(term: string, description: string): string[] {
  return ['.TP', `.B ${escape(term)}`, escape(description)];
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** So that nothing of it is taken for a request: backslashes, hyphens, and what a line must not begin with. */
function escape(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(['.])/, '\\&$1');
}
