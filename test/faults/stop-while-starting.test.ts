import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createService, type Service } from '../../src/service.ts';
import { fixtureCli } from '../process/fixture.ts';
import { cliUnderTest } from '../support/cli-under-test.ts';
import { memoryLog } from '../support/memory-log.ts';
import { countProcesses, makeHome } from '../support/service/home.ts';
import { configFor } from '../support/service/sections.ts';
import { started } from '../support/started.ts';

/** Longer than the real CLI takes to answer and to write its files. */
const afterwardsMs = 2000;

it.each([
  // Of its commands, `--version` takes 0.1 s and `auth status` 0.3 s; the first process for turns starts meanwhile.
  ...[0, 100, 300, 600].map((runsMs) => ({ name: 'the CLI', cli: cliUnderTest, runsMs })),
  { name: 'a CLI whose commands take long', cli: fixtureCli('slow-command.sh'), runsMs: 300 },
])(
  'a service that stops $runsMs ms after it has begun to ask $name leaves nothing at work',
  async ({ cli, runsMs }) => {
    const { home, service, stop } = await started((cleanup) => {
      const home = makeHome(cleanup, 'harness-fault-');
      const service = createService(configFor({ home, cli, apiUrl: 'http://127.0.0.1:9' }), memoryLog());
      cleanup.defer(() => service.stop());
      return Promise.resolve({ home, service });
    });
    await stopsWhileItAsks(service, home, runsMs);
    const left = filesOf(home);
    expect(countProcesses(home)).toBe(0);
    await sleep(afterwardsMs);
    expect({ files: filesOf(home), processes: countProcesses(home) }).toEqual({ files: left, processes: 0 });
    await service.settled;
    await stop();
  },
);

async function stopsWhileItAsks(service: Service, home: string, runsMs: number): Promise<void> {
  await service.start();
  await expect.poll(() => countProcesses(home)).toBeGreaterThan(0);
  await sleep(runsMs);
  await service.stop();
}

/** All that is in a folder, with what would show a later write. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => `${name} ${statSync(join(folder, name)).mtimeMs}`)
    .sort();
}
