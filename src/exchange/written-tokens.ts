import type { TurnEvent } from '../core/turn-event.ts';

/** Of English text; other languages have more tokens. */
const charactersOfToken = 4;

/** About how many tokens have been written of answers that are not complete: the API counts them at their ends only. */
export class WrittenTokens {
  /** By choice. */
  readonly #characters = new Map<number, number>();

  saw(event: TurnEvent, choice: number): void {
    switch (event.type) {
      case 'text':
      case 'thinking':
        this.#add(choice, event.text.length);
        return;
      case 'input':
        this.#add(choice, event.json.length);
        return;
      case 'restart':
      case 'end':
        this.#characters.delete(choice);
        return;
      case 'start':
      case 'block_start':
      case 'block_stop':
      case 'citation':
      case 'signature':
      case 'opaque':
      case 'warning':
        return;
    }
  }

  get estimate(): number {
    const characters = [...this.#characters.values()].reduce((sum, count) => sum + count, 0);
    return Math.ceil(characters / charactersOfToken);
  }

  #add(choice: number, characters: number): void {
    this.#characters.set(choice, (this.#characters.get(choice) ?? 0) + characters);
  }
}
