/** What is wrong, and what to do, by the code of a failed system call. */
const remedies: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file: check --file',
  ENOTDIR: 'there is no such file: check --file',
  ELOOP: 'it is a link that leads to itself: check --file',
  EACCES: 'this user has no permission: run the command as the owner of the file',
  EPERM: 'this user has no permission: run the command as the owner of the file',
  EROFS: 'its file system is read-only: run the command where the file can be written',
  EBUSY: 'it is a mount point itself, as in a container: run the command on the system that holds the file',
  ENOSPC: 'its file system is full',
};

/** Runs `work`; the errors that it throws name the file and say what to do. */
export function explainErrors<Result>(shown: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = 'code' in error ? String(error.code) : undefined;
    const reason = code === undefined ? error.message : (remedies[code] ?? `it cannot be read or written (${code})`);
    throw new Error(`${shown}: ${reason}`, { cause: error });
  }
}
