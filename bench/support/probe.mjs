// Loaded into the harness before its program (`--import`): answers each message with what only the process itself can say.
import { Session } from 'node:inspector/promises';
import { createHistogram, performance } from 'node:perf_hooks';
import { setInterval } from 'node:timers';

const resolutionMs = 10;
/** In ns, beyond what was planned: how late the event loop came, and how much of that the process itself was computing. */
const delay = createHistogram();
const busy = createHistogram();
let ticked = performance.now();
let used = process.cpuUsage();
let paused = false;

// A processor that others use makes every event loop late. Only what the process computed meanwhile is its own.
setInterval(() => {
  const lateMs = performance.now() - ticked - resolutionMs;
  const { user, system } = process.cpuUsage(used);
  if (!paused) {
    delay.record(nanoseconds(lateMs));
    busy.record(nanoseconds(Math.min(lateMs, (user + system) / 1000)));
  }
  paused = false;
  ticked = performance.now();
  used = process.cpuUsage();
}, resolutionMs).unref();

/** A histogram takes whole numbers from 1. */
function nanoseconds(ms) {
  return Math.max(1, Math.round(ms * 1e6));
}

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
  await collectGarbage();
  // The collection is ours, and no delay of the harness: the tick that comes after it does not count.
  paused = true;
  const resources = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  process.send({
    rssMb: process.memoryUsage.rss() / 2 ** 20,
    heapMb: process.memoryUsage().heapUsed / 2 ** 20,
    delayP99Ms: delay.percentile(99) / 1e6,
    delayMaxMs: delay.max / 1e6,
    busyP99Ms: busy.percentile(99) / 1e6,
    resources,
  });
});
// The channel must not keep a program that has ended.
process.channel.unref();
