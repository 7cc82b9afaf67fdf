/** @import { WireBatchesState } from '../../routes/quota/quota-schema.ts' */
import { formatCount, formatSpan, formatTime } from './format.js';
import { windowName } from './quota.js';

/** @type {Record<NonNullable<WireBatchesState['paused']>['reason'], string>} */
const reasons = {
  hours: 'outside of their hours',
  plan_window: 'enough of the plan is used',
  plan_limit: 'the plan is used up',
  not_ready: 'the service is not ready',
  budget: 'the client has used its budget',
  failures: 'the API fails again and again',
};

/**
 * What is left, why it waits, and when it will be done.
 *
 * @param {WireBatchesState} state
 * @param {number} now
 */
export function describeBatches({ requests, paused, running, per_hour: perHour, ends_at: endsAt }, now) {
  const { left, errored } = requests;
  return [
    `${formatCount(left)} left`,
    ...(running > 0 ? [`${formatCount(running)} under way`] : []),
    ...(errored > 0 ? [`${formatCount(errored)} errored`] : []),
    ...(paused === null ? [] : [pauseText(paused, now)]),
    ...(perHour === null ? [] : [`${formatCount(Math.round(perHour))} an hour`]),
    ...(endsAt === null ? [] : [`done in ${formatSpan(Date.parse(endsAt) - now)}`]),
  ].join(' · ');
}

/**
 * @param {NonNullable<WireBatchesState['paused']>} paused
 * @param {number} now
 */
function pauseText({ reason, window, until }, now) {
  const which = window === null ? '' : ` (${windowName(window)})`;
  const end = until === null ? '' : ` until ${formatTime(Date.parse(until), now)}`;
  return `paused${end}: ${reasons[reason]}${which}`;
}
