import type { Said, ScriptedAnswer, ToolCall } from './script.ts';

/**
 * A conversation that every client leads by itself: the model calls one tool, then two at once, then answers. The
 * client runs the tools and asks again with the whole history.
 */

export const question = 'Where is it warmer, in Paris or in Rome, and how late is it there?';
export const answer = 'Rome is warmer, and it is noon there.';

const parisWeather: ToolCall = { id: 'call_paris', name: 'weather', input: { city: 'Paris', unit: 'celsius' } };
const romeWeather: ToolCall = { id: 'call_rome', name: 'weather', input: { city: 'Rome', unit: 'celsius' } };
const romeClock: ToolCall = { id: 'call_clock', name: 'clock', input: { city: 'Rome' } };

export const rounds: ScriptedAnswer[] = [
  { text: 'Let me see.', toolCalls: [parisWeather] },
  { toolCalls: [romeWeather, romeClock] },
  { text: answer },
];

export function weather({ city, unit }: { city: string; unit: string }): string {
  return `${city === 'Rome' ? 25 : 21} degrees ${unit} in ${city}`;
}

export function clock({ city }: { city: string }): string {
  return `12:00 in ${city}`;
}

/** What the model must have seen in each round. */
export const conversations: Said[][] = [
  [{ role: 'user', text: question }],
  [
    { role: 'user', text: question },
    { role: 'assistant', text: 'Let me see.', calls: [parisWeather] },
    { role: 'tool', id: 'call_paris', text: '21 degrees celsius in Paris' },
  ],
  [
    { role: 'user', text: question },
    { role: 'assistant', text: 'Let me see.', calls: [parisWeather] },
    { role: 'tool', id: 'call_paris', text: '21 degrees celsius in Paris' },
    { role: 'assistant', text: '', calls: [romeWeather, romeClock] },
    { role: 'tool', id: 'call_rome', text: '25 degrees celsius in Rome' },
    { role: 'tool', id: 'call_clock', text: '12:00 in Rome' },
  ],
];
