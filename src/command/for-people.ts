/** An error that is shown as its sentence alone: what went wrong is not the program's fault. */
export function forPeople(message: string, cause: unknown = 'the command line'): Error {
  return new Error(message, { cause });
}
