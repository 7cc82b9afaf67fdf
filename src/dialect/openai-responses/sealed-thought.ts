import { z } from 'zod';
import type { RedactedThinkingBlock, ThinkingBlock } from '../../core/conversation.ts';

/** Thinking as it travels in `encrypted_content`. */
export interface SealedThought {
  /** The model as the client named it: a signature is valid for one model only. */
  model: string;
  block: ThinkingBlock | RedactedThinkingBlock;
}

/** Distinguishes it from what other services put there; the digit is the version of the format. */
const mark = 'claude1.';

const sealed = z.object({
  model: z.string(),
  block: z.discriminatedUnion('type', [
    z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
    z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
  ]),
});

/** Encodes thinking for a client that has to keep it but need not understand it. The API's signature protects it. */
export function sealThought(thought: SealedThought): string {
  // Bytes first, since `btoa` accepts nothing else; JSON has escaped what is not valid Unicode.
  const bytes = new TextEncoder().encode(JSON.stringify(thought));
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return mark + btoa(binary);
}

/** Decodes it; `foreign` comes from another service, `damaged` was changed on the way. */
export function openThought(content: string): SealedThought | 'foreign' | 'damaged' {
  if (!content.startsWith(mark)) return 'foreign';
  try {
    const bytes = Uint8Array.from(atob(content.slice(mark.length)), (char) => char.charCodeAt(0));
    return sealed.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return 'damaged';
  }
}
