import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { print } from '../options.ts';
import { toManPage } from './man-page.ts';

/** What shells and `man` know of the commands; to be called when all of them are defined. */
export function defineShellCommands(program: Command): void {
  tab(program, { completionCommandName: 'completion' });
  program
    .command('man', { hidden: true })
    .description('print the manual page')
    .action(() => {
      print(toManPage(program));
    });
}
