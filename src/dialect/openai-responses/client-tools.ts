import type { FunctionDefinition } from '../openai-shared/function-schema.ts';
import { applyPatchName, localShellName } from './tool-forms.ts';
import type { CustomTool } from './tool-schema.ts';

/* OpenAI's tools that are no functions, but that clients run, as functions of the model. */

type Definition = Pick<FunctionDefinition, 'description' | 'parameters' | 'strict'>;

/** A tool whose input is one text. The API cannot keep it to a grammar, so the model is told of it. */
export function customDefinition({ description, format }: CustomTool): Definition {
  const grammar =
    format?.definition == null || format.definition === ''
      ? []
      : [`The input must match this grammar (${format.syntax ?? format.type}):\n${format.definition}`];
  const parts = [...(description == null || description === '' ? [] : [description]), ...grammar];
  return {
    ...(parts.length > 0 && { description: parts.join('\n\n') }),
    parameters: {
      type: 'object',
      properties: { input: { type: 'string', description: 'The whole input of the tool, as plain text.' } },
      required: ['input'],
      additionalProperties: false,
    },
  };
}

export const localShellDefinition: FunctionDefinition = {
  name: localShellName,
  description: 'Runs a command on the machine of the user and returns what it printed and its exit code.',
  parameters: {
    type: 'object',
    properties: {
      command: {
        type: 'array',
        items: { type: 'string' },
        description: 'The program and its arguments, such as ["bash", "-lc", "ls"].',
      },
      working_directory: { type: 'string', description: 'Where it runs; the current directory by default.' },
      timeout_ms: { type: 'integer', description: 'After so many milliseconds it is ended.' },
      env: { type: 'object', additionalProperties: { type: 'string' }, description: 'Further environment variables.' },
      user: { type: 'string', description: 'The user that it runs as.' },
    },
    required: ['command'],
    additionalProperties: false,
  },
  strict: true,
};

export const applyPatchDefinition: FunctionDefinition = {
  name: applyPatchName,
  description:
    'Creates, changes or deletes one file of the user. The diff has no file header. To change a file, give hunks: a line ' +
    '"@@", which may be followed by the line of the class or function that the hunk is in, then the lines of the hunk, each ' +
    'with one character before it: a space for context, "-" for a line that goes, "+" for one that comes. Give three lines ' +
    'of context around each change. To create a file, give all of its lines, each with "+" before it.',
  parameters: {
    type: 'object',
    properties: {
      type: { type: 'string', enum: ['create_file', 'update_file', 'delete_file'] },
      path: { type: 'string', description: 'The file, relative to the current directory.' },
      diff: { type: 'string', description: 'Absent only where a file is deleted.' },
    },
    required: ['type', 'path'],
    additionalProperties: false,
  },
  strict: true,
};
