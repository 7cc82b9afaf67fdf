import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An installation of `manage.sh`, as its unit says. */
export interface InstalledInstance {
  /** `default` for the one without a name. */
  name: string;
  service: string;
  socket: string;
  /** Has the link `current` to the release that is installed. */
  prefix: string;
}

const unitName = /^claude-harness(?:@([a-z0-9-]+))?\.service$/;

/** The instances whose units are in a folder of systemd, the default one first, then by name. */
export function installedInstances(unitFolder: string): InstalledInstance[] {
  return readdirSync(unitFolder)
    .flatMap((file) => {
      const found = unitName.exec(file);
      return found === null ? [] : [readInstance(unitFolder, file, found[1])];
    })
    .sort((one, other) => rank(one).localeCompare(rank(other)));
}

function readInstance(unitFolder: string, service: string, name = 'default'): InstalledInstance {
  const text = readFileSync(join(unitFolder, service), 'utf8');
  // In the section that systemd ignores.
  const [, prefix = ''] = /^\[X-Installation\][^]*^Prefix=(.*)$/m.exec(text) ?? [];
  return { name, service, socket: service.replace(/service$/, 'socket'), prefix };
}

function rank({ name }: InstalledInstance): string {
  return name === 'default' ? '' : name;
}
