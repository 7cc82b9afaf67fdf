import { z } from 'zod';
import { boolean, choice } from '../key-types.ts';

export const loggingSection = z
  .strictObject({
    level: choice(['debug', 'info', 'warn', 'error']).prefault('info').describe('Lowest level to log.'),
    format: choice(['auto', 'json', 'pretty'])
      .prefault('auto')
      .describe('`auto` is `pretty` on a terminal and JSON lines otherwise.'),
    content: boolean().prefault(false).describe('Whether prompts may appear in debug logs.'),
  })
  .describe('The log of the service.');
