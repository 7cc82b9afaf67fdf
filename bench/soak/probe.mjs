// Loaded into the harness before its program (`--import`): answers each message with what only the process itself can say.
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 10;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();

/**
 * So that what is left is what is held. Unlike `gc()`, this also gives the heap's empty pages back to the system: how many of
 * them V8 keeps for later changes by tens of megabytes, whatever the program does.
 */
async function collectGarbage() {
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.collectGarbage');
  session.disconnect();
}

process.on('message', async () => {
  // The collection is ours, and no delay of the harness.
  delay.disable();
  await collectGarbage();
  const resources = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  process.send({
    rssMb: process.memoryUsage.rss() / 2 ** 20,
    heapMb: process.memoryUsage().heapUsed / 2 ** 20,
    // The histogram has the distance of its own ticks, which is the resolution when nothing is late.
    delayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - resolutionMs),
    delayMaxMs: Math.max(0, delay.max / 1e6 - resolutionMs),
    resources,
  });
  delay.enable();
});
// The channel must not keep a program that has ended.
process.channel.unref();
