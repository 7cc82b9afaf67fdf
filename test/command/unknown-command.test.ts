import { Command } from 'commander';
import { expect, it } from 'vitest';
import { describeUnknownCommand } from '../../src/command/unknown-command.ts';

function program(): Command {
  const top = new Command('claude-harness');
  top.command('serve', { isDefault: true });
  top.command('status');
  top.command('config').command('check');
  return top;
}

it.each([
  [['stauts'], "unknown command 'stauts'; did you mean status? claude-harness --help"],
  [['config', 'chek'], "unknown command 'chek'; did you mean check? claude-harness config --help"],
])('names the nearest command for %j', (args, text) => {
  expect(describeUnknownCommand(program(), args)).toContain(text);
});

it.each([[[]], [['status']], [['--port', '80']], [['config', 'check']], [['config', '--help']], [['help', 'x']]])(
  'has nothing to say about %j',
  (args) => {
    expect(describeUnknownCommand(program(), args)).toBeUndefined();
  },
);
