import type { RequestHandler } from 'express';
import { toTime } from '../logs/wire.ts';
import type { RouteServices } from '../route.ts';
import type { WireBudgets } from './quota-schema.ts';

export function showBudgets({ budgets }: RouteServices): RequestHandler {
  return (_req, res) => {
    const data = budgets.uses().map(({ resetsAt, ...use }) => ({ ...use, resets_at: toTime(resetsAt) }));
    const answer: WireBudgets = { object: 'list', data };
    res.json(answer);
  };
}
