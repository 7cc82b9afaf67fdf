import { inputItem, type InputItem } from './item-schema.ts';
import type { ToolList } from './offered-tools.ts';

/** The tools that items of the conversation offer, such as those of a tool search of the client's. */
export function additionalTools(earlier: readonly object[], items: readonly InputItem[]): ToolList[] {
  const stored = earlier.flatMap((item) => {
    const { data } = inputItem.safeParse(item);
    return data?.type === 'additional_tools' ? [{ tools: data.tools, path: 'previous_response_id' }] : [];
  });
  const own = items.flatMap((item, index) =>
    item.type === 'additional_tools' ? [{ tools: item.tools, path: `input[${index}].tools` }] : [],
  );
  return [...stored, ...own];
}
