// Loaded into the harness before its program (`--import`), with `--expose-gc`: answers each message with what only the
// process itself can say. Collects garbage first, so that what is left is what is held.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 10;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();

process.on('message', () => {
  // The collection is ours, and no delay of the harness.
  delay.disable();
  globalThis.gc();
  const resources = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  process.send({
    rssMb: process.memoryUsage.rss() / 2 ** 20,
    // The histogram has the distance of its own ticks, which is the resolution when nothing is late.
    delayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - resolutionMs),
    delayMaxMs: Math.max(0, delay.max / 1e6 - resolutionMs),
    resources,
  });
  delay.enable();
});
// The channel must not keep a program that has ended.
process.channel.unref();
