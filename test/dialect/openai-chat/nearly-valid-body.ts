import fc from 'fast-check';
import { anyText } from './any-conversation.ts';

const junk = fc.jsonValue({ maxDepth: 2 });
/** Seldom junk, so that what is wrong is not always the first field that is looked at. */
const orJunk = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 25, arbitrary }, { weight: 1, arbitrary: junk });
/** One of these most of the time, but now and then one of the others. */
const mostly = <T>(common: readonly T[], ...rare: T[]) =>
  fc.oneof({ weight: 25, arbitrary: fc.constantFrom(...common) }, { weight: 1, arbitrary: fc.constantFrom(...rare) });

const part = orJunk(
  fc.record(
    {
      type: fc.constantFrom('text', 'image_url', 'file', 'input_audio', 'refusal', 'constructor'),
      text: fc.oneof(anyText, junk),
      image_url: fc.oneof(
        fc.record({
          url: fc.oneof(
            fc.webUrl(),
            fc.string().map((s) => `data:image/png;base64,${s}`),
          ),
        }),
        junk,
      ),
      file: fc.oneof(fc.record({ file_data: fc.string(), filename: fc.constantFrom('a.pdf', 'b') }), junk),
    },
    { requiredKeys: ['type'] },
  ),
);
const call = fc.record({
  id: fc.constantFrom('a', 'b'),
  function: fc.record({ name: fc.string(), arguments: fc.json() }),
});
const message = orJunk(
  fc.record(
    {
      role: fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool', 'function', '__proto__'),
      content: fc.oneof(anyText, fc.array(part, { maxLength: 3 }), junk),
      tool_calls: fc.oneof(fc.array(call, { maxLength: 2 }), junk),
      function_call: fc.oneof(fc.record({ name: fc.string(), arguments: fc.json() }), junk),
      tool_call_id: fc.oneof(fc.constantFrom('a', 'b'), junk),
      name: junk,
    },
    { requiredKeys: ['role'] },
  ),
);

const name = mostly(['a', 'b', 'c', 'd', '__proto__', 'constructor'], '', 'a.b', 'n'.repeat(65));
const kind = mostly(['function'], 'custom', 'constructor');
const schema = orJunk(fc.record({ type: mostly(['object', null], 'array', 'null') }, { requiredKeys: [] }));
const definition = orJunk(
  fc.record(
    { name, parameters: schema, strict: orJunk(fc.boolean()), description: orJunk(fc.string()) },
    { requiredKeys: ['name'] },
  ),
);
const reference = orJunk(fc.record({ type: kind, function: fc.record({ name }) }));
const allowed = orJunk(
  fc.record({ mode: mostly(['auto', 'required'], 'none'), tools: orJunk(fc.array(reference, { maxLength: 2 })) }),
);
const choice = fc.oneof(
  mostly(['none', 'auto', 'required'], '__proto__'),
  reference,
  fc.record({ type: fc.constant('allowed_tools'), allowed_tools: allowed }),
);

const fields = fc.record(
  {
    tools: orJunk(fc.array(orJunk(fc.record({ type: kind, function: definition })), { maxLength: 2 })),
    tool_choice: orJunk(choice),
    functions: orJunk(fc.array(definition, { maxLength: 1 })),
    function_call: orJunk(fc.oneof(mostly(['none', 'auto'], 'required'), fc.record({ name }))),
    parallel_tool_calls: orJunk(fc.boolean()),
    response_format: orJunk(
      fc.record({
        type: mostly(['text', 'json_object', 'json_schema'], 'constructor'),
        json_schema: orJunk(fc.record({ schema, description: orJunk(fc.string()) }, { requiredKeys: [] })),
      }),
    ),
    stop: orJunk(fc.oneof(fc.string(), fc.array(orJunk(fc.string()), { maxLength: 5 }))),
    n: orJunk(mostly([1, 2, 3, 4], 0, 5, 1.5)),
    max_tokens: orJunk(mostly([1, 1000], 0, -1)),
  },
  { requiredKeys: [] },
);

const question = { role: 'user', content: 'last' };

/** Bodies that get further than arbitrary JSON: the right fields, often with the wrong values. */
export const nearlyValidBody = fc
  .tuple(fc.dictionary(fc.string({ minLength: 8 }), junk), fields, fc.oneof(fc.constant([]), fc.array(message)))
  .map(([unknown, known, messages]) => ({ ...unknown, ...known, model: 'm', messages: [...messages, question] }));
