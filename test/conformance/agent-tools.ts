import { Runner, setTracingDisabled, tool } from '@openai/agents';
import { z } from 'zod';
import type { ToolCall } from './script.ts';
import { clock, weather } from './tool-loop.ts';

/** The tool loop as the Agents SDK runs it, over whichever API. */

// Traces would be sent to OpenAI.
setTracingDisabled(true);
export const runner = new Runner({ tracingDisabled: true });

export const tools = [
  tool({
    name: 'weather',
    description: 'How warm it is.',
    parameters: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']) }),
    execute: weather,
  }),
  tool({
    name: 'clock',
    description: 'How late it is.',
    parameters: z.object({ city: z.string() }),
    execute: clock,
  }),
];
export const instructions = 'You know cities.';
export const told = { role: 'system' as const, text: instructions };
export const clockCall: ToolCall = { id: 'call_1', name: 'clock', input: { city: 'Rome' } };
