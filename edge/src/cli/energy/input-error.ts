/** A wrong option or a file that cannot be used: told to the person, exit code 2. */
export class InputError extends Error {}
