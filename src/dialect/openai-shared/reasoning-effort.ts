import { z } from 'zod';
import type { Effort } from '../../core/turn-options.ts';

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const satisfies readonly Effort[];

export const reasoningEffort = z.enum(efforts, { error: `must be one of ${efforts.join(', ')}.` });
