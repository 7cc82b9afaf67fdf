import { text } from './key-types.ts';

export const model = text(
  'model',
  /^[A-Za-z0-9][A-Za-z0-9._:@/[\]-]{0,127}$/,
  'a model name: at most 128 letters, digits and ._:@/[]-, beginning with a letter or digit',
);
