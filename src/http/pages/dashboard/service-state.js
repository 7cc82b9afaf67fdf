/** @import { FullHealth, ReadyBody } from '../../routes/health-schema.ts' */
import { askJson, jsonOf } from './api.js';
import { element, withCommands } from './elements.js';
import { formatCount, formatSpan, formatTime } from './format.js';
import { Panel } from './panel.js';

/** Whether a request would be served now, or why not and what helps; and what the service consists of. */
export class ServiceState {
  #panel = new Panel('state');
  #onReadiness;

  /** @param {(ready: ReadyBody, health: FullHealth) => void} onReadiness Is told each time that it is looked at. */
  constructor(onReadiness) {
    this.#onReadiness = onReadiness;
  }

  show() {
    this.#panel.show();
  }

  async refresh() {
    await this.#panel.attempt(async () => {
      const [ready, health] = await Promise.all([readiness(), /** @type {Promise<FullHealth>} */ (askJson('health'))]);
      this.#onReadiness(ready, health);
      this.#panel.fill(...describeReadiness(ready, Date.now()), describeHealth(health, ready));
    });
  }
}

/**
 * Its answer is one whichever status it has.
 *
 * @returns {Promise<ReadyBody>}
 */
async function readiness() {
  return jsonOf(await fetch('ready', { cache: 'no-store' }));
}

/**
 * @param {ReadyBody} ready
 * @param {number} now
 */
function describeReadiness(ready, now) {
  const isReady = ready.status === 'ready';
  const badge = element('p', { class: isReady ? 'badge good' : 'badge bad' }, isReady ? 'Ready' : 'Not ready');
  const text = isReady ? ready.notice : ready.message;
  const resets = isReady || ready.resets_at === undefined ? [] : [resetText(Date.parse(ready.resets_at), now)];
  return [badge, ...(text === undefined ? [] : [element('p', {}, ...withCommands(text), ...resets)])];
}

/**
 * @param {number} at
 * @param {number} now
 */
function resetText(at, now) {
  return ` It resets in ${formatSpan(at - now)} (${formatTime(at, now)}).`;
}

/**
 * @param {FullHealth} health
 * @param {ReadyBody} ready
 */
function describeHealth(
  { version, uptime_seconds: uptime, cli, turns, processes, logins, requests_today: today },
  ready,
) {
  /** @type {[string, string][]} */
  const facts = [
    ...loginFacts(ready, logins),
    ['CLI', cli === null ? 'not found' : `${cli.version}${checkText(cli.check)}`],
    ['Turns', `${turns.active} running, ${turns.queued} waiting`],
    ['Warm processes', String(processes.warm)],
    ['Requests today', `${formatCount(today.served)} served, ${formatCount(today.failed)} failed`],
    ['Version', `${version}, up for ${formatSpan(uptime * 1000)}`],
  ];
  return element('dl', {}, ...facts.flatMap(([name, fact]) => [element('dt', {}, name), element('dd', {}, fact)]));
}

/**
 * @param {ReadyBody} ready
 * @param {FullHealth['logins']} logins
 * @returns {[string, string][]}
 */
function loginFacts(ready, logins) {
  if (logins === undefined) return [['Login', loginText(ready)]];
  return logins.map((login) => {
    const isLimited = login.status !== 'ready' && login.reason === 'rate_limited';
    return [`Login ${login.name}`, isLimited ? 'valid, its plan is used up' : loginText(login)];
  });
}

/** @param {ReadyBody} ready */
function loginText(ready) {
  if (ready.status === 'ready' || ready.reason === 'rate_limited') return 'valid';
  return ready.reason === 'not_logged_in' ? 'missing: see above' : 'not known at present';
}

/** @param {NonNullable<FullHealth['cli']>['check']} check */
function checkText(check) {
  switch (check?.status) {
    case undefined:
      return '';
    case 'served':
      return ', checked';
    case 'pending':
      return ', check under way';
    case 'undecided':
      return `, check without a verdict: ${check.reason}`;
    case 'not_served':
      return `, not served: ${check.reason}`;
  }
}
