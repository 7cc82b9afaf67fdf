import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import OpenAI from 'openai';
import { afterEach, expect, test } from 'vitest';
import { startStandIn } from '../../src/stand-in/stand-in.ts';
import { firstLine } from '../support/first-line.ts';
import { cheapModel } from '../support/harness.ts';
import { endProcessesOf, makeHome } from '../support/service/home.ts';
import { startService } from '../support/service/start-service.ts';
import { started, type Stoppable } from '../support/started.ts';

let stoppable: Stoppable | undefined;

afterEach(async () => {
  await stoppable?.stop();
  stoppable = undefined;
});

test('what requests have left behind is collected once nobody asks any more', async () => {
  const service = await started(async (cleanup) => {
    const home = makeHome(cleanup, 'idle-test-');
    const standIn = await startStandIn();
    cleanup.defer(() => standIn.stop());
    cleanup.defer(() => endProcessesOf(home));
    // A program of its own: of a heap as large as that of the tests nothing is collected.
    const { url, child } = await startService({
      ...{ as: 'child-process', cleanup, home, apiUrl: standIn.url },
      sections: { logging: { level: 'debug' } },
    });
    return { url, child: child as ChildProcess & { stdout: Readable } };
  });
  stoppable = service;
  let isAsked = false;
  const collected = firstLine(service.child, (line) =>
    line.includes('garbage of the requests is collected') ? { isAsked } : undefined,
  );
  const client = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: 'any', maxRetries: 0 });
  await client.chat.completions.create({ model: cheapModel, messages: [{ role: 'user', content: 'Hello' }] });
  isAsked = true;
  await expect(collected).resolves.toEqual({ isAsked: true });
});
