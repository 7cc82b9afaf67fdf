import { z } from 'zod';
import { duration, integer } from '../key-types.ts';

export const poolSection = z
  .strictObject({
    warm_per_model: integer(0, 16)
      .prefault(2)
      .describe('Processes kept ready for each model in use; more for some minutes after more were needed at once.'),
    max_warm: integer(0, 64).prefault(4).describe('Processes kept ready across all models.'),
    idle_after: duration({ zero: true })
      .prefault('15m')
      .describe('How long after its last request a model keeps processes ready.'),
    max_age: duration({ zero: false }).prefault('30m').describe('Age at which a ready process is replaced.'),
    max_spawning: integer(1, 8).prefault(2).describe('Processes that may be starting at the same time.'),
    start_timeout: duration({ zero: false }).prefault('20s').describe('How long a process may take to become ready.'),
  })
  .describe('Processes started ahead of requests, so that turns do not wait for one to start.');
