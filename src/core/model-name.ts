/** What may be the name of a model: it must not look like an option of the CLI, and has no special characters. */
export const modelName = /^[A-Za-z0-9][A-Za-z0-9._:@/[\]-]{0,127}$/;

export const modelNameForm = 'a model name: at most 128 letters, digits and ._:@/[]-, beginning with a letter or digit';
