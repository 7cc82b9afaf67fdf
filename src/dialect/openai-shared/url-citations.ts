import { z } from 'zod';

const place = z.int().nonnegative();

/** What both of OpenAI's APIs say of a source; the end is that of a slice. */
export const urlCitationFields = {
  url: z.string(),
  title: z.string(),
  start_index: place.describe('The first character that rests on the source.'),
  end_index: place.describe('The character after the last one.'),
};

export type UrlCitation = z.infer<z.ZodObject<typeof urlCitationFields>>;

const webCitation = z.object({
  type: z.literal('web_search_result_location'),
  url: z.string(),
  title: z.string().nullish(),
});

interface CitedBlock {
  start: number;
  /** Titles by the address. */
  sources: Map<string, string>;
}

/**
 * Which parts of a text rest on which sources of the web. The API cites by the block, so that a source belongs to all of
 * its block's text; OpenAI's format has no place for the passage of the source.
 */
export class UrlCitations {
  /** Of the text so far, in characters. */
  #length = 0;
  readonly #blocks = new Map<number, CitedBlock>();

  begin(id: number): void {
    this.#blocks.set(id, { start: this.#length, sources: new Map() });
  }

  write(text: string): void {
    this.#length += countCharacters(text);
  }

  /** Citations of the client's own documents are left out: they have no address. */
  cite(id: number, citation: object): void {
    const { data } = webCitation.safeParse(citation);
    if (data !== undefined) this.#blocks.get(id)?.sources.set(data.url, data.title ?? data.url);
  }

  /** Those of the block, which ends here; none for a block without text. */
  end(id: number): UrlCitation[] {
    const block = this.#blocks.get(id);
    this.#blocks.delete(id);
    if (block === undefined || block.start === this.#length) return [];
    return [...block.sources].map(([url, title]) => ({
      url,
      title,
      start_index: block.start,
      end_index: this.#length,
    }));
  }
}

/** As OpenAI counts them: a character outside the basic plane, such as an emoji, is one, though a string has two units for it. */
function countCharacters(text: string): number {
  return text.replaceAll(/[\uDC00-\uDFFF]/g, '').length;
}
