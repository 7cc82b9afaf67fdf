import { z } from 'zod';
import { duration, integer, keyTypes, numberChoice } from '../key-types.ts';
import { share } from '../share.ts';

const reserve = z
  .strictObject(
    { five_hour: share.exactOptional(), seven_day: share.exactOptional() },
    { error: 'expected a map of five_hour and seven_day to shares such as 10%' },
  )
  .register(keyTypes, { kind: 'map', label: 'map of windows to shares', secret: false });

export const limitsSection = z
  .strictObject({
    concurrent_turns: integer(1, 256)
      .prefault(8)
      .describe('Turns that run at the same time; others wait in the queue.'),
    queue_size: integer(0, 10_000).prefault(64).describe('Turns that may wait; others are refused at once.'),
    queue_timeout: duration({ zero: true }).prefault('60s').describe('How long a turn may wait in the queue.'),
    turn_timeout: duration({ zero: false }).prefault('10m').describe('How long a turn may run.'),
    idle_timeout: duration({ zero: false })
      .prefault('3m')
      .describe('How long a running turn may go without a line from the `claude` program.'),
    max_choices: integer(1, 16).prefault(4).describe('Maximum number of answers to one request (`n`).'),
    plan_limit_status: numberChoice([429, 503])
      .prefault(429)
      .describe('Status of answers while the plan is used up. Some routers fail over to another provider on 503 only.'),
    reserve: reserve
      .prefault({})
      .describe(
        'What is left of the windows of the plan for clients whose entry in `server.tokens` says `uses_reserve: true`, and for whoever uses the plan without the service: `{five_hour: 10%, seven_day: 5%}`. Other clients get a 429 until the reset.',
      ),
    shutdown_grace: duration({ zero: true })
      .prefault('30s')
      .describe('How long running turns may take to finish when the service stops.'),
  })
  .describe('Limits on how many turns run and for how long.');
