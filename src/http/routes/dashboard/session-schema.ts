import { z } from 'zod';
import { roles } from '../../../core/role.ts';

export const loginBody = z.strictObject({ token: z.string().min(1).max(512) });

export const dashboardSession = z.object({
  object: z.literal('dashboard.session'),
  role: z
    .enum(roles)
    .nullable()
    .describe('What the page may show and do. Null: it has no token that is accepted, and has to ask for one.'),
  client: z.string().nullable().describe('The token’s name, or `token 1`. Null where no token is asked for.'),
  agents: z.boolean().describe('Whether agents are configured, whose questions the page can show.'),
});

export type WireDashboardSession = z.infer<typeof dashboardSession>;
