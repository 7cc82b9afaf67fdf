import type { z } from 'zod';
import type * as agent from './agent-schema.ts';
import type * as session from './session-schema.ts';

export type WireAgent = z.infer<typeof agent.wireAgent>;
export type WireSessionAgent = z.infer<typeof agent.wireSessionAgent>;
export type WireAgentTool = WireSessionAgent['tools'][number];
export type WireEnvironment = z.infer<typeof agent.wireEnvironment>;
export type WireSession = z.infer<typeof session.wireSession>;
export type DeletedSession = z.infer<typeof session.deletedSession>;
