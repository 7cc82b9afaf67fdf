import type { Answer } from '../../src/stand-in/behaviour.ts';
import { question } from './tool-loop.ts';

/** The first round of a loop over tools, in which the model thinks: as clients of the Messages API lead it. */

export const parisWeather = { id: 'toolu_paris', name: 'weather', input: { city: 'Paris', unit: 'celsius' } };

export const firstAnswer: Answer = {
  kind: 'answer',
  thinking: 'Hm.',
  text: 'Let me see.',
  toolUses: [parisWeather],
};

/** What the model must see after it: its thoughts with their signature, its call and the result. */
export const afterFirstRound = [
  { role: 'user', content: [question] },
  {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: 'c3RhbmQtaW4=' },
      'Let me see.',
      { type: 'tool_use', ...parisWeather },
    ],
  },
  {
    role: 'user',
    content: [
      {
        type: 'tool_result',
        tool_use_id: parisWeather.id,
        content: [{ type: 'text', text: '21 degrees celsius in Paris' }],
      },
    ],
  },
];
