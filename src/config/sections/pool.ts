import { z } from 'zod';
import { boolean, choice, duration, integer, size } from '../key-types.ts';

export const poolSection = z
  .strictObject({
    warm_per_model: integer(0, 16)
      .prefault(1)
      .describe(
        'Processes kept ready for any system prompt, for each model in use; more for some minutes after more were needed at once.',
      ),
    max_warm: integer(0, 64)
      .prefault(4)
      .describe('Processes kept ready across all models, those that belong to a system prompt included.'),
    reuse: boolean()
      .prefault(true)
      .describe(
        'Whether a process that has been emptied serves the next turn of its system prompt. With false, or where the `claude` program cannot be emptied, each process serves one turn.',
      ),
    share: choice(['everyone', 'client'])
      .prefault('everyone')
      .describe('Whether a process serves all clients, or only the one whose token it was first used with.'),
    max_turns: integer(1, 1_000_000).prefault(500).describe('Turns after which a process is replaced.'),
    max_memory: size(64 * 1024 ** 2, 64 * 1024 ** 3)
      .prefault('600mb')
      .describe('Memory (RSS) above which a process is replaced after its turn; Linux only.'),
    idle_after: duration({ zero: true })
      .prefault('15m')
      .describe('How long after its last request a model keeps processes ready.'),
    max_age: duration({ zero: false })
      .prefault('30m')
      .describe('Age at which a process is replaced, when it is not in use.'),
    max_spawning: integer(1, 8).prefault(2).describe('Processes that may be starting at the same time.'),
    start_timeout: duration({ zero: false }).prefault('20s').describe('How long a process may take to become ready.'),
  })
  .describe('Processes started ahead of requests, so that turns do not wait for one to start.');
