import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { packageFolder } from '../util/package-folder.ts';
import { finish } from './options.ts';

/** What `manage.sh` does, for whoever has the package and no checkout: it is part of the package. */
export function defineServiceCommand(program: Command): void {
  program
    .command('service')
    .argument('[verb]', 'such as install, update, status, logs or uninstall; none: list them')
    .argument('[options...]', 'of the verb; `claude-harness service VERB --help` explains them')
    .description('install this package as a service of systemd, and manage that (manage.sh)')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (verb = '--help', options: string[] = []) => {
      const script = join(packageFolder, 'manage.sh');
      if (!existsSync(script)) {
        console.error('This is the Debian package: systemctl, journalctl and apt manage it (docs/install.md).');
        finish(1);
      }
      const { runInTerminal } = await import('../process/run-in-terminal.ts');
      finish(await runInTerminal(script, [verb, ...options]));
    });
}
