import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { ownEnvironment } from '../../process/environment.ts';
import { packageFolder } from '../../util/package-folder.ts';
import { finish, print } from '../options.ts';
import { parseSha256 } from './checksum.ts';
import type { StageOptions } from './stage-package.ts';

/** What `manage.sh` does, for whoever has the package and no checkout: it is part of the package. */
export function defineServiceCommand(program: Command): void {
  program
    .command('service')
    .argument('[verb]', 'such as install, update, status, logs or uninstall; none: list them')
    .argument('[options...]', 'of the verb; `claude-harness service VERB --help` explains them')
    .description('install this package as a service of systemd, and manage that (manage.sh)')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (verb: string = '--help', options: string[] = []) => {
      const script = join(packageFolder, 'manage.sh');
      if (!existsSync(script)) {
        console.error(describeDebianPackage(verb));
        finish(1);
      }
      const { runInTerminal } = await import('../../process/run-in-terminal.ts');
      finish(await runInTerminal(script, [verb, ...options]));
    });
  defineForScript(program);
}

/** What `manage.sh` has the program do for it. */
function defineForScript(program: Command): void {
  program
    .command('stage-package', { hidden: true })
    .argument('<source>', 'a file, an address, npm or npm@VERSION')
    .requiredOption('--into <folder>', 'an empty folder')
    .option('--sha256 <hex>', 'of the file', requireSha256)
    .description('verify and unpack a package of this project')
    .action(async (source: string, options: StageOptions) => {
      const { stagePackage } = await import('./stage-package.ts');
      await stagePackage(source, options);
      finish(0);
    });
  program
    .command('list-instances', { hidden: true })
    .requiredOption('--units <folder>', 'of systemd, in which their units are')
    .option('--user', 'ask the manager of the calling user', false)
    .description('print a line for each instance of this machine; exit 3 when one would not serve')
    .action(async ({ units, user }: { units: string; user: boolean }) => {
      const { askingInstances, listInstances } = await import('./list-instances.ts');
      const env = ownEnvironment() as Record<string, string>;
      finish(await listInstances(units, askingInstances({ isUser: user, env }), print));
    });
}

function describeDebianPackage(verb: string): string {
  const about = 'This is the Debian package';
  return verb === 'update'
    ? `${about}, which apt updates: sudo apt-get install ./claude-harness_VERSION_ARCH.deb (docs/install.md).`
    : `${about}: systemctl, journalctl and apt manage it (docs/install.md).`;
}

function requireSha256(value: string): string {
  const sha256 = parseSha256(value);
  if (sha256 === undefined) throw new InvalidArgumentError('Expected 64 hexadecimal digits.');
  return sha256;
}
