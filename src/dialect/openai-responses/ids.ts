/** The kinds of items, by the beginning of their ids. */
const itemKinds = ['msg', 'fc', 'fco', 'rs', 'ws', 'ctc', 'ctco', 'lsh', 'lsho', 'apc', 'apco', 'at'] as const;
export type ItemKind = (typeof itemKinds)[number];

const itemPattern = new RegExp(`^(?:${itemKinds.join('|')})_([0-9a-f]{32})_(?:in)?\\d+$`);

/** `hex` has 32 digits. */
export function toResponseId(hex: string): string {
  return `resp_${hex}`;
}

/**
 * The id of an item of a response. It contains the id of the response, so that the item can be found when a client sends
 * back nothing else.
 */
export function toOutputId(kind: ItemKind, responseId: string, index: number): string {
  return `${kind}_${hexOf(responseId)}_${index}`;
}

/** The id of an item that came with a request and had none. */
export function toInputId(kind: ItemKind, responseId: string, index: number): string {
  return `${kind}_${hexOf(responseId)}_in${index}`;
}

/** The response to which an item belongs; `undefined` for ids that come from elsewhere. */
export function responseOfItem(itemId: string): string | undefined {
  const hex = itemPattern.exec(itemId)?.[1];
  return hex === undefined ? undefined : toResponseId(hex);
}

function hexOf(responseId: string): string {
  return responseId.slice('resp_'.length);
}
