import { describeInput } from './describe-call.ts';
import { textOf, type ShownEvent } from './session-events.ts';
import { withoutControls } from './without-controls.ts';

const shownResultLines = 5;

/** Prints events as a person reads them: texts as they are written, calls and results on lines of their own. */
export class EventPrinter {
  readonly #print: (text: string) => void;
  /** The message that is being written. */
  #open: string | undefined;

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  show(event: ShownEvent): void {
    switch (event.type) {
      case 'event_start':
        this.#endLine();
        this.#open = event.event.id;
        return;
      case 'event_delta':
        if (event.event_id === this.#open) this.#print(withoutControls(event.delta.content.text));
        return;
      case 'agent.message':
        this.#showMessage(event.id, textOf(event.content));
        return;
      case 'user.message':
        this.#line(`> ${textOf(event.content)}`);
        return;
      case 'agent.tool_use':
      case 'agent.mcp_tool_use':
      case 'agent.custom_tool_use':
        this.#line(`[${event.name}] ${describeInput(event.input)}`);
        return;
      case 'agent.tool_result':
      case 'agent.mcp_tool_result':
        this.#showResult(textOf(event.content ?? []), event.is_error === true);
        return;
      case 'session.error':
        this.#line(`error: ${event.error.message}`);
        return;
      case 'user.tool_confirmation':
      case 'session.status_idle':
      case 'session.status_terminated':
      case 'session.deleted':
    }
  }

  #showMessage(id: string, text: string): void {
    if (id === this.#open) this.#endLine();
    else this.#line(text);
  }

  #showResult(text: string, isError: boolean): void {
    const lines = text.split('\n');
    const more = lines.length - shownResultLines;
    const shown = more > 0 ? [...lines.slice(0, shownResultLines), `… ${more} more lines`] : lines;
    const mark = isError ? '! ' : '  ';
    this.#line(shown.map((line) => mark + line).join('\n'));
  }

  #line(text: string): void {
    this.#endLine();
    this.#print(`${withoutControls(text)}\n`);
  }

  #endLine(): void {
    if (this.#open !== undefined) this.#print('\n');
    this.#open = undefined;
  }
}
