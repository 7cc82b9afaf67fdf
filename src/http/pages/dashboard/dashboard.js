/** @import { WireDashboardSession } from '../../routes/dashboard/session-schema.ts' */
/** @import { Range } from './usage-buckets.js' */
import { ask, tokenRefused } from './api.js';
import { Batches } from './batches.js';
import { Chat } from './chat.js';
import { find } from './elements.js';
import { follow } from './follow.js';
import { LiveTurns } from './live-turns.js';
import { askForToken, logOut, session } from './login.js';
import { PlanWindows } from './plan-windows.js';
import { Questions } from './questions.js';
import { atMostEvery } from './refresh.js';
import { RequestList } from './request-list.js';
import { RequestTimes } from './request-times.js';
import { readEvents } from './server-sent-events.js';
import { ServiceState } from './service-state.js';
import { SignIn } from './sign-in.js';
import { UsageCharts } from './usage-charts.js';
import { UsageGroups } from './usage-groups.js';

const turnsEveryMs = 2000;
/** What nothing tells about by itself, such as the time until a window resets. */
const allEveryMs = 60_000;

const connection = find(document, '#connection', HTMLElement);

/** @param {string} text */
function say(text) {
  if (connection.textContent !== text) connection.textContent = text;
}

/** @param {WireDashboardSession} visitor */
function start({ role, client, agents }) {
  const logout = find(document, '#logout', HTMLButtonElement);
  logout.hidden = client === null;
  logout.addEventListener('click', () => void logOut());
  find(document, '#visitor', HTMLElement).textContent = client === null ? '' : `${client} (${role ?? ''})`;
  const chat = new Chat();
  chat.show();
  void chat.refresh();
  find(document, '#refused', HTMLElement).hidden = role !== 'client';
  if (role !== 'client') watch(role === 'owner');
  if (agents) watchQuestions();
}

/** @param {boolean} isOwner */
function watch(isOwner) {
  const ranges = find(document, '.ranges', HTMLFieldSetElement);
  const range = () => /** @type {Range} */ (find(ranges, ':checked', HTMLInputElement).value);
  const signIn = isOwner ? new SignIn(() => void state.refresh()) : undefined;
  const state = new ServiceState((ready, health) => {
    signIn?.follow(ready, health);
  });
  const [plan, batches, requests] = [new PlanWindows(), new Batches(), new RequestList()];
  const ofRange = [new UsageCharts(), new UsageGroups('model'), new UsageGroups('client'), new RequestTimes()];
  const refreshState = atMostEvery(() => state.refresh(), 500);
  const turns = new LiveTurns(isOwner, refreshState);
  for (const panel of [state, plan, turns, ...ofRange, requests]) panel.show();

  const refreshTurns = atMostEvery(() => turns.refresh(), 250);
  const refreshRequests = atMostEvery(() => requests.refresh(), 1000);
  const refreshRange = async () => {
    await Promise.all(ofRange.map((panel) => panel.refresh(range())));
  };
  const refreshFigures = atMostEvery(async () => {
    await Promise.all([refreshRange(), plan.refresh(), batches.refresh()]);
  }, 3000);
  const refreshAll = () => {
    refreshTurns();
    refreshState();
    refreshRequests();
    refreshFigures();
  };

  ranges.addEventListener('change', () => void refreshRange());
  whileVisible(refreshTurns, turnsEveryMs);
  whileVisible(refreshAll, allEveryMs);
  void follow({
    open: () => events('logs/stream'),
    onOpen: () => {
      say('Live');
      refreshAll();
    },
    onEvent: refreshAll,
    onLost: () => {
      say('Not connected; trying again');
    },
  });
}

function watchQuestions() {
  const questions = new Questions();
  questions.show();
  void follow({
    open: () => events('permissions/stream'),
    onOpen: () => {
      questions.begin();
    },
    onEvent: (event) => {
      questions.take(event);
    },
    onLost: () => undefined,
  });
}

/** @param {string} path */
async function events(path) {
  return readEvents(await ask(path));
}

/**
 * Runs again and again while somebody can see it, and at once when they come back.
 *
 * @param {() => void} run
 * @param {number} everyMs
 */
function whileVisible(run, everyMs) {
  setInterval(() => {
    if (!document.hidden) run();
  }, everyMs);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) run();
  });
}

try {
  const visitor = await session();
  // It may be refused later, when its owner removes it from the configuration.
  document.addEventListener(tokenRefused, () => {
    if (visitor.role !== null) location.reload();
  });
  if (visitor.role === null) askForToken();
  else start(visitor);
} catch {
  say('The service does not answer; reload the page when it runs again.');
}
