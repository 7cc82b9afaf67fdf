import { startStandIn, type StandIn } from '../../../src/stand-in/stand-in.ts';
import { Cleanup } from '../../support/cleanup.ts';
import { freePort } from '../../support/free-port.ts';
import { makeHome } from '../../support/service/home.ts';
import type { ConfigChanges } from '../../support/service/sections.ts';
import { startService } from '../../support/service/start-service.ts';
import { started, type Stoppable } from '../../support/started.ts';

export interface RestartableService extends Stoppable {
  url: string;
  standIn: StandIn;
  /** Ends the service; its port stays its own. */
  end: () => Promise<void>;
  /** Starts it anew at the same port, with the same state, and what is configured otherwise. */
  begin: (changes?: ConfigChanges) => Promise<void>;
}

/** A whole service in this process, with the real CLI against a stand-in for the API. `seed` fills its home before. */
export async function startRestartable(
  seed: (home: string) => void,
  first: ConfigChanges,
): Promise<RestartableService> {
  return started(async (cleanup) => {
    const home = makeHome(cleanup, 'dashboard-test-');
    seed(home);
    const standIn = await startStandIn();
    cleanup.defer(() => standIn.stop());
    const port = await freePort();
    let running = new Cleanup();
    const end = () => running.run();
    cleanup.defer(end);
    const begin = async (changes: ConfigChanges = {}): Promise<void> => {
      running = new Cleanup();
      const server = { ...changes.server, port };
      await startService({
        as: 'in-process',
        cleanup: running,
        ...{ home, apiUrl: standIn.url, changes: { ...changes, server } },
      });
    };
    await begin(first);
    return { url: `http://127.0.0.1:${port}`, standIn, end, begin };
  });
}
